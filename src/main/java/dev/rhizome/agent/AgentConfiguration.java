package dev.rhizome.agent;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.embedding.QueryEmbeddings;
import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.tenancy.RetentionRule;
import dev.rhizome.tenancy.RowRetention;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the objects of the registry of agents together. */
@Configuration(proxyBeanMethods = false)
class AgentConfiguration {

    @Bean
    AgentRepository agentRepository(TenantTransactions transactions) {
        return new AgentRepository(transactions);
    }

    @Bean
    AgentWriter agentWriter(TenantTransactions transactions, Indexer indexer) {
        return new AgentWriter(transactions, indexer);
    }

    @Bean
    AgentMatcher agentMatcher(TenantTransactions transactions, Indexer indexer, QueryEmbeddings queries) {
        return new AgentMatcher(transactions, indexer, queries);
    }

    @Bean
    OutcomeRepository outcomeRepository(TenantTransactions transactions) {
        return new OutcomeRepository(transactions);
    }

    @Bean
    LoadRepository loadRepository(TenantTransactions transactions, AgentRepository agents) {
        return new LoadRepository(transactions, agents);
    }

    @Bean
    StatisticsRepository statisticsRepository(TenantTransactions transactions) {
        return new StatisticsRepository(transactions);
    }

    @Bean
    AgentHandler agentHandler(
            AgentRepository agents,
            AgentWriter writer,
            Writes writes,
            RequestReader reader,
            Listing listing,
            Streams streams) {
        return new AgentHandler(agents, writer, writes, reader, listing, streams);
    }

    @Bean
    AgentCardHandler agentCardHandler(
            AgentRepository agents, AgentWriter writer, RequestReader reader, Streams streams) {
        return new AgentCardHandler(agents, new CardImporter(agents, writer), reader, streams);
    }

    @Bean
    MatchHandler matchHandler(AgentMatcher matcher, RequestReader reader, Listing listing) {
        return new MatchHandler(matcher, reader, listing);
    }

    @Bean
    OutcomeHandler outcomeHandler(
            AgentRepository agents, OutcomeRepository outcomes, Writes writes, RequestReader reader, Listing listing) {
        return new OutcomeHandler(agents, outcomes, writes, reader, listing);
    }

    @Bean
    LoadHandler loadHandler(LoadRepository loads, RequestReader reader, Streams streams) {
        return new LoadHandler(loads, reader, streams);
    }

    @Bean
    StatisticsHandler statisticsHandler(
            AgentRepository agents, StatisticsRepository statistics, RequestReader reader, Streams streams) {
        return new StatisticsHandler(agents, statistics, reader, streams);
    }

    @Bean
    RetentionRule retentionOfOutcomes(TenantTransactions transactions) {
        return new RowRetention("outcomes", transactions, "agent_performance_events", "recorded_at");
    }
}
