package dev.rhizome.chunking;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.embedding.TokenCounter;
import dev.rhizome.fairness.FairThreads;
import dev.rhizome.fairness.KnownLimits;
import dev.rhizome.indexing.Indexer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes what cuts texts. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ChunkingProperties.class)
class ChunkingConfiguration {

    /** Half of the processors, since the other half answers searches. */
    @Bean(destroyMethod = "close")
    FairThreads chunkingThreads(KnownLimits limits) {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return new FairThreads("thread that cuts texts", threads, limits::weight);
    }

    @Bean
    ChunkedTexts chunkedTexts(
            TenantTransactions transactions,
            Indexer indexer,
            ChunkingProperties properties,
            FairThreads chunkingThreads) {
        Chunker chunker = new Chunker(new TokenCounter()::count, properties.tokens(), properties.overlap());
        return new ChunkedTexts(transactions, indexer, chunker, chunkingThreads);
    }
}
