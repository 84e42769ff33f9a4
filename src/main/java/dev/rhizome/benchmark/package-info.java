/**
 * Evaluations of agents: datasets, and runs of agents over them.
 *
 * <p>Start at {@link dev.rhizome.benchmark.EvaluationRepository}. May use {@code event} (for the fields of requests),
 * {@code audit}, {@code http}, {@code database}, {@code paging}, {@code bulk}, {@code tenant} and {@code problem}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.benchmark;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
