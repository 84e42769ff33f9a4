package dev.rhizome.chunking;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.embedding.TokenCounter;
import dev.rhizome.indexing.Indexer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Makes what cuts texts. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ChunkingProperties.class)
class ChunkingConfiguration {

    private static final int WAITING = 1_000;

    /** Half of the processors, since the other half answers searches. */
    @Bean(destroyMethod = "dispose")
    Scheduler chunkingScheduler() {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return Schedulers.newBoundedElastic(threads, WAITING, "chunking");
    }

    @Bean
    ChunkedTexts chunkedTexts(
            TenantTransactions transactions,
            Indexer indexer,
            ChunkingProperties properties,
            Scheduler chunkingScheduler) {
        Chunker chunker = new Chunker(new TokenCounter()::count, properties.tokens(), properties.overlap());
        return new ChunkedTexts(transactions, indexer, chunker, chunkingScheduler);
    }
}
