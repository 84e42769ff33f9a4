/**
 * Faults, and what has to be true after each: a service of one's own on a PostgreSQL of one's own, a proxy between them that harms
 * their connections, and a load whose every acknowledged write is known.
 *
 * <p>Start at {@link dev.rhizome.bench.faults.SoakRun}. Of ours, depends on the client and on {@code bench.service}.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.bench.faults;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
