package dev.rhizome.indexing;

import dev.rhizome.embedding.ModelName;

/**
 * Where the vectors of one model are kept.
 *
 * @param number of its partition of {@code vectors}, 1 and up
 * @param model that makes them
 */
public record VectorSpace(short number, ModelName model) {}
