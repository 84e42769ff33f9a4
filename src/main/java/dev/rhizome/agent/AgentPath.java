package dev.rhizome.agent;

import dev.rhizome.validation.Identifier;

/**
 * The agent that a path names.
 *
 * @param id of the agent
 */
record AgentPath(@Identifier String id) {}
