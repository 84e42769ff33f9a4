/**
 * Judged collections, and how well a ranking of their documents answers their queries.
 *
 * <p>Start at {@link dev.rhizome.bench.relevance.JudgedCollection}. Depends on nothing of ours.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.bench.relevance;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
