/**
 * What can go wrong for a caller, as a closed family of exceptions that knows no HTTP.
 *
 * <p>Start at {@link dev.rhizome.problem.RhizomeException}. Depends on nothing of ours.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.problem;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
