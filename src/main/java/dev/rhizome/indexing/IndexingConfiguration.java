package dev.rhizome.indexing;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.embedding.EmbeddingModels;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts indexing together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IndexingProperties.class)
class IndexingConfiguration {

    @Bean
    TenantProfiles tenantProfiles(TenantTransactions transactions, IndexingProperties properties) {
        return new TenantProfiles(transactions, properties.profileAge());
    }

    @Bean
    ReembeddingRepository reembeddingRepository(TenantTransactions transactions) {
        return new ReembeddingRepository(transactions);
    }

    @Bean
    Reembedding reembedding(ReembeddingRepository jobs, EmbeddingModels models, TenantProfiles profiles) {
        return new Reembedding(jobs, models, profiles);
    }

    @Bean
    ReembeddingTask reembeddingTask(
            ReembeddingRepository jobs,
            EmbeddingModels models,
            TenantProfiles profiles,
            IndexingProperties properties) {
        return new ReembeddingTask(jobs, models, profiles, properties);
    }

    @Bean
    LateVectorsTask lateVectorsTask(
            TenantTransactions transactions,
            EmbeddingModels models,
            TenantProfiles profiles,
            IndexingProperties properties) {
        return new LateVectorsTask(transactions, models, profiles, properties);
    }

    @Bean
    Indexer indexer(TenantProfiles profiles, EmbeddingModels models) {
        return new Indexer(profiles, models);
    }
}
