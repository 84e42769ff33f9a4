/**
 * Append-only chains: one a tenant, each entry bound to the one before, sealed by an HMAC or a signature.
 *
 * <p>Start at {@link dev.rhizome.ledger.LedgerVerifier} for what a chain proves, and at {@link dev.rhizome.ledger.ChainLock} for
 * how it grows; docs/adr/0015 says what all ledgers share. Knows neither events nor provenance: these say by a
 * {@link dev.rhizome.ledger.LedgerFormat} which bytes are sealed. May use {@code integrity}, {@code database}, {@code tenant}
 * and {@code problem}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.ledger;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
