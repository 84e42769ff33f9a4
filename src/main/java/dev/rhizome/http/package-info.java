/**
 * What every route shares: authentication, roles, negotiation, NDJSON in, streams out, paging, problems.
 *
 * <p>Start at {@link dev.rhizome.http.AuthenticationFilter}. Depends on {@code tenant} and {@code problem}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.http;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
