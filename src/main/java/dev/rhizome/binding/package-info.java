/**
 * Reads JSON and named texts into records, and says everything that is wrong with them at once. It knows no transport.
 *
 * <p>Start at {@link dev.rhizome.binding.RecordBinder}. A component of a record is a field: its type says what is read, its
 * annotations of {@code validation} say what it may hold. A component must be there unless it is {@code Nullable}, a list,
 * or has a default. Depends on {@code validation}, {@code paging}, {@code embedding} (the value) and {@code problem}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.binding;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
