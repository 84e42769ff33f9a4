/**
 * How much tenants have stored, and that nothing is written past what they may store.
 *
 * <p>Start at {@link dev.rhizome.quota.Quotas}. Depends on {@code bulk}, {@code database} and {@code fairness}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.quota;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
