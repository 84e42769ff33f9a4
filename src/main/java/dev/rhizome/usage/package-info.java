/**
 * What tenants use, and what the operator lets them have.
 *
 * <p>Start at {@link dev.rhizome.usage.UsageRecorder}. Depends on {@code fairness}, {@code quota} and {@code tenancy}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.usage;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
