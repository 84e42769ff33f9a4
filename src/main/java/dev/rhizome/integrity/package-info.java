/**
 * Bytes, hashes and marks that show whether a record has been changed, and the files that secret keys are kept in.
 *
 * <p>Start at {@link dev.rhizome.integrity.CanonicalEncoding}. Depends on nothing of ours.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.integrity;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
