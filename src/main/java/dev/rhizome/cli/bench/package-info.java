/**
 * Benchmarks: what the service answers and how fast, measured from outside over HTTP.
 *
 * <p>Start at {@link dev.rhizome.cli.bench.BenchCommand}. Depends on {@code cli.service}, {@code cli.wordnet} and {@code
 * cli.relevance}; the database is asked for its version alone.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.cli.bench;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
