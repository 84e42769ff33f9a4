package dev.rhizome.agent.network;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Bounds of the computation of centrality.
 *
 * @param mostAgents agents of a tenant up to which it is computed
 * @param mostRelationships relationships of theirs up to which it is
 * @param mostForBetweenness agents up to which betweenness is, too
 */
@ConfigurationProperties("rhizome.agents.centrality")
record NetworkProperties(int mostAgents, int mostRelationships, int mostForBetweenness) {}
