/**
 * Moves the vectors of tenants that have grown to a table of their own, with an index of its own, and of those that have shrunk
 * back to the table that small tenants share; in the background, while they are used.
 *
 * <p>Start at {@link dev.rhizome.rehousing.RehousingTask}. What the service knows of homes is
 * {@link dev.rhizome.indexing.VectorHome}; how writers take part is in {@code R__vector_homes.sql}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.rehousing;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
