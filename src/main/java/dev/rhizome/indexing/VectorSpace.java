package dev.rhizome.indexing;

import dev.rhizome.embedding.ModelName;

/**
 * What one model makes of texts. Vectors of two spaces are never compared.
 *
 * @param number by which its vectors are known, 1 and up
 * @param model that makes them
 */
public record VectorSpace(short number, ModelName model) {}
