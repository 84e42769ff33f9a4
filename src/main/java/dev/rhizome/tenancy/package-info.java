/**
 * Tenants, their API keys, and who a bearer token belongs to.
 *
 * <p>Start at {@link dev.rhizome.tenancy.ApiKeyAuthenticator}. Depends on {@code database},
 * {@code indexing} and {@code audit}; its handlers, routes, bodies and authenticators on {@code http}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.tenancy;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
