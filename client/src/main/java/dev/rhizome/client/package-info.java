/**
 * A reactive client of Rhizome's HTTP interface.
 *
 * <p>Start at {@link dev.rhizome.client.RhizomeClient}. Depends on Reactor Netty and Jackson, and on nothing else of
 * ours.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.client;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
