package dev.rhizome.provenance;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.tenancy.OperatorProperties;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts the objects of provenance together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ProvenanceProperties.class)
@Import({
    ProvenanceHandler.class,
    ChainHandler.class,
    ErasureHandler.class,
    SimilarHandler.class,
    WhyHandler.class,
    ChainExport.class,
    ProvenanceVerification.class,
    Erasure.class
})
class ProvenanceConfiguration {

    @Bean
    Keyring provenanceKeyring(ProvenanceProperties properties, OperatorProperties operator) {
        return new Keyring(properties, operator.home());
    }

    @Bean
    ProvenanceRepository provenanceRepository(TenantTransactions transactions) {
        return new ProvenanceRepository(transactions);
    }

    @Bean
    ProvenanceChain provenanceChain(TenantTransactions transactions, ProvenanceProperties properties) {
        return new ProvenanceChain(transactions, properties.page());
    }

    @Bean
    WhyRepository whyRepository(TenantTransactions transactions) {
        return new WhyRepository(transactions);
    }

    @Bean
    ChainWriter chainWriter(TenantTransactions transactions, Keyring keyring, ProvenanceProperties properties) {
        return new ChainWriter(transactions, keyring, Clock.systemUTC(), properties.headEvery());
    }

    @Bean
    CheckpointSigner checkpointSigner(ChainWriter writer, ProvenanceChain chain, ProvenanceProperties properties) {
        return new CheckpointSigner(writer, chain, properties);
    }

    @Bean
    Verdicts verdicts(Indexer indexer, ChainWriter writer) {
        return new Verdicts(indexer, writer);
    }

    @Bean
    ProvenanceWriter provenanceWriter(
            ProvenanceRepository entries, Indexer indexer, ChainWriter writer, ProvenanceProperties properties) {
        return new ProvenanceWriter(entries, indexer, new AppendQueue(writer, properties.maxWaiting()));
    }
}
