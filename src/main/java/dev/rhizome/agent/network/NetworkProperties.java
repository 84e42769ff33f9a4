package dev.rhizome.agent.network;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Bounds of the computation of centrality, which is made in memory.
 *
 * @param maxAgents agents of a tenant; with more, the computation is refused
 * @param maxRelationships relationships of its agents; with more, the computation is refused
 * @param maxAgentsForBetweenness agents of a tenant; with more, betweenness is left out
 */
@ConfigurationProperties("rhizome.agents.centrality")
record NetworkProperties(int maxAgents, int maxRelationships, int maxAgentsForBetweenness) {}
