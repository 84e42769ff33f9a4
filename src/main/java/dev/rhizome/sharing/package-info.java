/**
 * What tenants let each other read: grants, reading as a guest, and the log that both sides have of it.
 *
 * <p>Start at {@link dev.rhizome.sharing.SharingRoutes}. That a guest sees no more than it was granted is decided by policies of the
 * database (V026), not here. May use {@code graph}, {@code http}, {@code database}, {@code paging}, {@code validation}, {@code tenant} and
 * {@code problem}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.sharing;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
