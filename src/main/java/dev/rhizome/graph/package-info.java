/**
 * Entities, relationships, and bounded walks over them.
 *
 * <p>Start at {@link dev.rhizome.graph.EntityRepository}. Depends on {@code database}, {@code indexing} and
 * {@code audit}; its handlers, routes and bodies on {@code http}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.graph;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
