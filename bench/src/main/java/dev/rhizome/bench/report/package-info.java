/**
 * What a run of all benchmarks came to, for people: a table and drawings made of the JSON files of its parts.
 *
 * <p>Start at {@link dev.rhizome.bench.report.Report}. Depends on nothing of the benchmarks.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.bench.report;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
