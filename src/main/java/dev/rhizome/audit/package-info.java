/**
 * Who changed what: written in the transaction of the change, kept for good, shown to auditors.
 *
 * <p>Start at {@link dev.rhizome.audit.AuditLog}. Depends on {@code database} and {@code tenant}; its handler and
 * routes on {@code http}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.audit;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
