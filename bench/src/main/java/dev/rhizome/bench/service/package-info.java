/**
 * A running service, as benchmarks and loaders reach it: a process that they start, bulk loads, and its database.
 *
 * <p>Start at {@link dev.rhizome.bench.service.BulkLoad}. Of ours, depends on the client.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.bench.service;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
