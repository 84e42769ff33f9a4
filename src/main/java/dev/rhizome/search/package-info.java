/**
 * Hybrid search: legs by meaning, by words and by relationship, fused and streamed.
 *
 * <p>Start at {@link dev.rhizome.search.HybridSearch}. Depends on {@code graph}, {@code database}, {@code http} and {@code embedding}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.search;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
