package dev.rhizome.knowledge;

import dev.rhizome.chunking.ChunkedTexts;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.tenancy.ObjectRetention;
import dev.rhizome.tenancy.RetentionRule;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts the objects of knowledge together. */
@Configuration(proxyBeanMethods = false)
@Import({QueryHandler.class, ResultHandler.class, ProviderHandler.class, CacheHandler.class})
class KnowledgeConfiguration {

    @Bean
    QueryRepository queryRepository(TenantTransactions transactions) {
        return new QueryRepository(transactions);
    }

    @Bean
    ResultRepository resultRepository(TenantTransactions transactions) {
        return new ResultRepository(transactions);
    }

    @Bean
    ResultWriter resultWriter(ResultRepository results, Indexer indexer, ChunkedTexts texts) {
        return new ResultWriter(results, indexer, texts);
    }

    @Bean
    ResponseRepository responseRepository(TenantTransactions transactions) {
        return new ResponseRepository(transactions);
    }

    @Bean
    ProviderRepository providerRepository(TenantTransactions transactions) {
        return new ProviderRepository(transactions);
    }

    @Bean
    CacheRepository cacheRepository(TenantTransactions transactions) {
        return new CacheRepository(transactions);
    }

    @Bean
    RetentionRule retentionOfKnowledge(TenantTransactions transactions, QueryRepository queries) {
        return new ObjectRetention("knowledge", transactions, QueryRepository.OLDEST, queries::delete);
    }
}
