/**
 * Tenants that travel: exports, what is made of them again, and the proof that a tenant is gone.
 *
 * <p>Start at {@link dev.rhizome.transfer.TransferRoutes}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.transfer;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
