package dev.rhizome.event;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.tenancy.OperatorProperties;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts the objects of events together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EventProperties.class)
@Import(EventHandler.class)
class EventConfiguration {

    @Bean
    IntegrityKey integrityKey(EventProperties properties, OperatorProperties installation) {
        return IntegrityKey.resolve(properties.integrityKey(), installation.home());
    }

    @Bean
    EventWriter eventWriter(TenantTransactions transactions, UntenantedQueries untenanted, IntegrityKey key) {
        return new EventWriter(transactions, new EventPartitions(untenanted), key, Clock.systemUTC());
    }

    @Bean
    EventArchive eventArchive(OperatorProperties installation) {
        return new EventArchive(installation.home());
    }

    @Bean
    EventRetention eventRetention(
            TenantTransactions transactions, IntegrityKey key, EventArchive archive, EventProperties properties) {
        return new EventRetention(transactions, key, archive, Clock.systemUTC(), properties.retentionBatch());
    }

    @Bean
    RetentionJob retentionJob(EventRetention retention, EventProperties properties) {
        return new RetentionJob(retention, properties);
    }

    @Bean
    EventVerification eventVerification(TenantTransactions transactions, IntegrityKey key) {
        return new EventVerification(transactions, key);
    }

    @Bean
    EventRepository eventRepository(TenantTransactions transactions) {
        return new EventRepository(transactions);
    }
}
