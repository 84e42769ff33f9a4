/**
 * Provenance: one append-only, signed chain of verdicts, waivers, gates, specs, budgets and policies a tenant.
 *
 * <p>Start at {@link dev.rhizome.provenance.ChainEntry}, and at {@link dev.rhizome.provenance.ChainVerifier} for what a chain
 * proves. May use {@code search}, {@code graph}, {@code tenancy}, {@code audit}, {@code indexing}, {@code integrity},
 * {@code http}, {@code database}, {@code tenant} and {@code problem}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.provenance;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
