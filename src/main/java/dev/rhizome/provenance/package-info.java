/**
 * Provenance: a signed chain a tenant of verdicts, waivers, gates, specs, budgets and policies, and questions about them.
 *
 * <p>Start at {@link dev.rhizome.provenance.ChainEntry}; docs/adr/0011 has the reasons. May use {@code ledger},
 * {@code integrity}, {@code search}, {@code graph}, {@code indexing}, {@code audit}, {@code http}, {@code database},
 * {@code tenancy} (for the installation's directory), {@code paging}, {@code bulk}, {@code tenant} and {@code problem}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.provenance;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
