/**
 * The rules that keep one tenant's rows from another's and what was acknowledged from being lost, and the start that
 * refuses a database which breaks one.
 *
 * <p>Start at {@link dev.rhizome.preflight.Preflight}. Depends on {@code database} and the value of {@code embedding}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.preflight;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
