/**
 * Performance events of agents: a chain a tenant, sealed by HMACs, with its verification, retention and archive.
 *
 * <p>Start at {@link dev.rhizome.event.EventWriter}; docs/adr/0012 has the reasons. Knows nothing of what is computed from
 * events. May use {@code ledger}, {@code integrity}, {@code audit}, {@code http}, {@code database}, {@code tenancy} (for the
 * installation's directory), {@code paging}, {@code bulk}, {@code tenant} and {@code problem}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.event;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
