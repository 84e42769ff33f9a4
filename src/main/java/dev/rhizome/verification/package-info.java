/**
 * Claims that are checked: requests, what came out, the evidence, and how the methods do.
 *
 * <p>Start at {@link dev.rhizome.verification.VerificationRoutes}. A result can be recorded as a verdict in the tenant's provenance, in
 * the transaction that stores it. May use {@code provenance}, {@code audit}, {@code http}, {@code database}, {@code paging}, {@code bulk},
 * {@code integrity}, {@code tenant} and {@code problem}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.verification;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
