/**
 * What puts documents into search, whatever table they come from: a tenant's language and models, and the vectors of its documents.
 *
 * <p>Start at {@link dev.rhizome.indexing.Indexer}. Depends on {@code database},
 * {@code embedding} and {@code audit}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.indexing;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
