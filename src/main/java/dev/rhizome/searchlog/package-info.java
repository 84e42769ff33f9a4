/**
 * What tenants search for, and how long it takes them: kept for a while, without the words.
 *
 * <p>Start at {@link dev.rhizome.searchlog.SearchRecorder} for how it is written, at {@link dev.rhizome.searchlog.SearchLogRoutes} for how
 * it is read.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.searchlog;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
