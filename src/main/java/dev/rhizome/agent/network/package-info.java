/**
 * What agents were seen to be able to do and what shows it, how they stand to each other, and who is central.
 *
 * <p>Start at {@link dev.rhizome.agent.network.NetworkRoutes}. All of it is part of the one graph: capabilities that agents
 * share are nodes that join them, and relationships of agents are edges.
 */
@NullMarked
@CheckReturnValue
package dev.rhizome.agent.network;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
