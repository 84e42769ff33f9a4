/**
 * Figures over all federated tenants: means and counts with noise, what they cost, and how much is left.
 *
 * <p>Start at {@link dev.rhizome.federation.FederationRoutes}. What protects the tenants is the function {@code federated_figure} in the
 * database; nothing here sees a number of any tenant without noise. May use {@code audit}, {@code http}, {@code database}, {@code paging},
 * {@code tenant} and {@code problem}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.federation;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
