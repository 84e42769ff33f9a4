/**
 * Who is next where many tenants want the same few things.
 *
 * <p>Start at {@link dev.rhizome.fairness.FairTurns}. Depends on {@code tenant} and {@code problem}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.fairness;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
