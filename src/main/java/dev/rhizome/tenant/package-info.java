/**
 * Tenant identity and its carriage through a reactive pipeline.
 *
 * <p>Start at {@link dev.rhizome.tenant.TenantContext}. Depends on Reactor and on {@code problem}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.tenant;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
