/**
 * The registry of agents: who they are, what they declare that they can do, how busy they are and how they did.
 *
 * <p>Start at {@link dev.rhizome.agent.AgentRoutes}. What agents were seen to be able to do, and how they stand to each
 * other, is in {@code agent.network}. Depends on {@code graph}, {@code indexing}, {@code audit} and below.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.agent;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
