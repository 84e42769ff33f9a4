package dev.rhizome.agent.network;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.indexing.Indexer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts together what knows the capabilities and relationships of agents. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(NetworkProperties.class)
class NetworkConfiguration {

    @Bean
    CapabilityRepository capabilityRepository(TenantTransactions transactions) {
        return new CapabilityRepository(transactions);
    }

    @Bean
    CapabilityWriter capabilityWriter(CapabilityRepository capabilities, Indexer indexer) {
        return new CapabilityWriter(capabilities, indexer);
    }

    @Bean
    EvidenceRepository evidenceRepository(TenantTransactions transactions) {
        return new EvidenceRepository(transactions);
    }

    @Bean
    AgentRelationshipRepository agentRelationshipRepository(TenantTransactions transactions) {
        return new AgentRelationshipRepository(transactions);
    }

    @Bean
    CentralityRepository centralityRepository(TenantTransactions transactions, NetworkProperties properties) {
        return new CentralityRepository(transactions, properties);
    }

    @Bean
    SummaryRepository summaryRepository(TenantTransactions transactions) {
        return new SummaryRepository(transactions);
    }

    @Bean
    CapabilityHandler capabilityHandler(
            CapabilityRepository capabilities,
            CapabilityWriter writer,
            Writes writes,
            RequestReader reader,
            Listing listing) {
        return new CapabilityHandler(capabilities, writer, writes, reader, listing);
    }

    @Bean
    EvidenceHandler evidenceHandler(
            EvidenceRepository evidence,
            CapabilityRepository capabilities,
            Writes writes,
            RequestReader reader,
            Listing listing) {
        return new EvidenceHandler(evidence, capabilities, writes, reader, listing);
    }

    @Bean
    AgentRelationshipHandler agentRelationshipHandler(
            AgentRelationshipRepository relationships,
            CapabilityRepository capabilities,
            Writes writes,
            RequestReader reader,
            Listing listing,
            Streams streams) {
        return new AgentRelationshipHandler(relationships, capabilities, writes, reader, listing, streams);
    }

    @Bean
    NetworkHandler networkHandler(
            CentralityRepository centrality,
            SummaryRepository summaries,
            RequestReader reader,
            Listing listing,
            Streams streams) {
        return new NetworkHandler(centrality, summaries, reader, listing, streams);
    }
}
