/**
 * Benchmarks: what the service answers and how fast, measured from outside over HTTP.
 *
 * <p>Start at {@link dev.rhizome.bench.BenchProgram}. Depends on the client and on the packages below; of the database
 * it asks versions and sizes alone.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.bench;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
