package dev.rhizome.indexing;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.embedding.EmbeddingModels;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Puts indexing together. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
@EnableConfigurationProperties(IndexingProperties.class)
class IndexingConfiguration {

    @Bean
    TenantProfiles tenantProfiles(TenantTransactions transactions, IndexingProperties properties) {
        return new TenantProfiles(transactions, properties.profileAge());
    }

    @Bean
    ReembeddingRunner embeddingMover(
            ReembeddingRepository moves,
            EmbeddingModels models,
            TenantProfiles profiles,
            IndexingProperties properties) {
        return new ReembeddingRunner(moves, models, profiles, properties);
    }

    @Bean
    ReembeddingRepository embeddingMoves(TenantTransactions transactions, UntenantedQueries untenanted) {
        return new ReembeddingRepository(transactions, untenanted);
    }

    @Bean
    Indexer indexer(TenantProfiles profiles, EmbeddingModels models) {
        return new Indexer(profiles, models);
    }
}
