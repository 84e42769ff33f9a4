/**
 * Performance events of agents: a keyed chain a tenant, what is computed from it, and how agents do at benchmarks.
 *
 * <p>Start at {@link dev.rhizome.event.EventRoutes}; docs/adr/0012 says why it is as it is. Depends on {@code audit},
 * {@code database}, {@code http}, {@code integrity}, {@code tenancy} (where this installation's files are) and
 * {@code tenant}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.event;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
