/**
 * Cursors and pages of lists, the words that repositories and handlers share.
 *
 * <p>Start at {@link dev.rhizome.paging.Page}. Depends on {@code problem}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.paging;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
