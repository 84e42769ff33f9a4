/**
 * Health and meters.
 *
 * <p>Start at {@link dev.rhizome.observability.DatabaseHealthRoutes}. Nothing depends on it.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.observability;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
