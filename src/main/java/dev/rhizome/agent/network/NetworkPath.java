package dev.rhizome.agent.network;

import dev.rhizome.validation.Identifier;

/**
 * The agent that a path names.
 *
 * @param id of the agent
 */
record NetworkPath(@Identifier String id) {}
