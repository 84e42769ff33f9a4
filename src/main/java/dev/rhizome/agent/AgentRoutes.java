package dev.rhizome.agent;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.embedding.QueryEmbeddings;
import dev.rhizome.http.Bodies;
import dev.rhizome.http.Caller;
import dev.rhizome.http.Listing;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.tenant.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Routes of the registry of agents. */
@Configuration(proxyBeanMethods = false)
class AgentRoutes {

    @Bean
    RouterFunction<ServerResponse> agentReadRouter(AgentHandler agents, AgentWorkHandler work) {
        return route().GET("/v1/agents", agents::list)
                .GET("/v1/agents/statistics", work::totals)
                .GET("/v1/agents/stale", agents::listStale)
                .POST("/v1/agents/match", work::match)
                .GET("/v1/agents/{id}", agents::get)
                .GET("/v1/agents/{id}/card", agents::exportCard)
                .GET("/v1/agents/{id}/outcomes", work::listOutcomes)
                .GET("/v1/agents/{id}/statistics", work::statistics)
                .filter(Caller.needs(Role.READER))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> agentWriteRouter(AgentHandler agents, AgentWorkHandler work) {
        return route().POST("/v1/agents", agents::register)
                .POST("/v1/agents/cards", agents::importCard)
                .DELETE("/v1/agents/stale", agents::deleteStale)
                .PATCH("/v1/agents/{id}", agents::change)
                .DELETE("/v1/agents/{id}", agents::delete)
                .POST("/v1/agents/{id}/restore", agents::restore)
                .POST("/v1/agents/{id}/outcomes", work::recordOutcomes)
                .POST("/v1/agents/{id}/load", work::changeLoad)
                .filter(Caller.needs(Role.WRITER))
                .build();
    }

    @Bean
    AgentHandler.Answers agentAnswers(Writes writes, Bodies bodies, Listing listing, Streams streams) {
        return new AgentHandler.Answers(writes, bodies, listing, streams);
    }

    @Bean
    AgentRepository agentRepository(TenantTransactions transactions) {
        return new AgentRepository(transactions);
    }

    @Bean
    AgentHandler agentHandler(
            AgentRepository agents, TenantTransactions transactions, Indexer indexer, AgentHandler.Answers answers) {
        return new AgentHandler(agents, new AgentWriter(transactions, indexer), answers);
    }

    @Bean
    AgentMatcher agentMatcher(TenantTransactions transactions, Indexer indexer, QueryEmbeddings queries) {
        return new AgentMatcher(transactions, indexer, queries);
    }

    @Bean
    AgentWorkHandler agentWorkHandler(
            AgentRepository agents,
            AgentMatcher matcher,
            TenantTransactions transactions,
            AgentHandler.Answers answers) {
        AgentWorkHandler.Records records = new AgentWorkHandler.Records(
                new OutcomeRepository(transactions),
                new LoadRepository(transactions, agents),
                new StatisticsRepository(transactions));
        return new AgentWorkHandler(agents, matcher, records, answers);
    }
}
