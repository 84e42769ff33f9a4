package dev.rhizome.event;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.ledger.ChainIdentity;
import dev.rhizome.tenancy.OperatorProperties;
import java.nio.file.Path;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts the objects of events together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EventProperties.class)
@Import({EventHandler.class, EventChainHandler.class})
class EventConfiguration {

    @Bean
    IntegrityKey integrityKey(EventProperties properties, OperatorProperties installation) {
        return IntegrityKey.resolve(properties.integrityKey(), properties.trustedKeys(), installation.home());
    }

    @Bean
    EventPartitions eventPartitions(UntenantedQueries untenanted) {
        return new EventPartitions(untenanted);
    }

    @Bean
    EventWriter eventWriter(TenantTransactions transactions, EventPartitions partitions, IntegrityKey key) {
        return new EventWriter(transactions, partitions, key, Clock.systemUTC());
    }

    @Bean
    EventArchive eventArchive(EventProperties properties, OperatorProperties installation) {
        String place = properties.archive();
        if (S3Archive.isFor(place)) {
            return S3Archive.at(place, properties.s3());
        }
        return new DirectoryArchive(place.isBlank() ? installation.home().resolve("archive") : Path.of(place));
    }

    @Bean
    EventRetention eventRetention(
            TenantTransactions transactions,
            ChainIdentity identity,
            IntegrityKey key,
            EventArchive archive,
            EventProperties properties) {
        return new EventRetention(transactions, identity, key, archive, Clock.systemUTC(), properties.retentionBatch());
    }

    @Bean
    RetentionJob retentionJob(EventRetention retention, EventProperties properties) {
        return new RetentionJob(retention, properties);
    }

    @Bean
    EventVerification eventVerification(TenantTransactions transactions, ChainIdentity identity, IntegrityKey key) {
        return new EventVerification(transactions, identity, key);
    }

    @Bean
    EventHeads eventHeads(TenantTransactions transactions, ChainIdentity identity, IntegrityKey key) {
        return new EventHeads(transactions, identity, key);
    }

    @Bean
    EventRepository eventRepository(TenantTransactions transactions) {
        return new EventRepository(transactions);
    }
}
