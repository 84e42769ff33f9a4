/**
 * What agents ask the world and what they get: queries, results, responses, how the providers are doing, and answers kept a while.
 *
 * <p>Start at {@link dev.rhizome.knowledge.KnowledgeRoutes}. Queries, results and the sources of results are nodes of the one graph, and
 * found by search. May use {@code graph}, {@code indexing}, {@code audit}, {@code http}, {@code database}, {@code paging}, {@code bulk},
 * {@code integrity}, {@code tenant} and {@code problem}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.knowledge;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
