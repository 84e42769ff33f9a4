/**
 * What a field of a request may hold, as constraints of Bean Validation that annotate the components of a record.
 *
 * <p>Start at {@link dev.rhizome.validation.Text}. Each limit is said once, in the record; the message of a constraint is
 * what a client reads as {@code expected}. The package knows no transport, so that records of the domain may use it.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.validation;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
