/**
 * Vectors as values, and the pluggable models that make them from text.
 *
 * <p>Start at {@link dev.rhizome.embedding.EmbeddingModel}. Depends on {@code problem}, {@code tenant} and {@code fairness}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.embedding;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
