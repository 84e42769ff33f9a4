/**
 * Who is next where many tenants want the same few things, what each may have of them, and what it has had.
 *
 * <p>Start at {@link dev.rhizome.fairness.FairTurns}. Depends on {@code tenant} and {@code problem}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.fairness;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
