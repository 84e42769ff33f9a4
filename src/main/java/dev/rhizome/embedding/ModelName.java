package dev.rhizome.embedding;

/**
 * A model that makes vectors, as it is known before it is loaded or reached.
 *
 * @param id stored with what it makes; vectors of models with different ids are never compared
 * @param dimension numbers in a vector
 */
public record ModelName(String id, int dimension) {}
