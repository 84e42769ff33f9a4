/**
 * Items, outcomes and batch writers of a bulk write, the words that repositories and handlers share.
 *
 * <p>Start at {@link dev.rhizome.bulk.BatchWriter}. Depends on {@code problem}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.bulk;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
