package dev.rhizome.rollup;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.tenancy.RetentionRule;
import dev.rhizome.tenancy.RowRetention;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts the objects of roll-ups, anomalies and profiles together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RollupProperties.class)
@Import({RollupHandler.class, AnomalyHandler.class, ProfileHandler.class})
class RollupConfiguration {

    @Bean
    RollupRepository rollupRepository(TenantTransactions transactions, RollupProperties properties) {
        return new RollupRepository(transactions, new AnomalyDetector(properties.anomalies()), properties);
    }

    @Bean
    AnomalyRepository anomalyRepository(TenantTransactions transactions) {
        return new AnomalyRepository(transactions);
    }

    @Bean
    ProfileRepository profileRepository(TenantTransactions transactions) {
        return new ProfileRepository(transactions);
    }

    @Bean
    RollupJob rollupJob(RollupRepository rollups, RollupProperties properties) {
        return new RollupJob(rollups, properties);
    }

    @Bean
    RetentionRule retentionOfRollups(TenantTransactions transactions) {
        return new RowRetention("rollups", transactions, "performance_rollups", "hour");
    }

    @Bean
    RetentionRule retentionOfAnomalies(TenantTransactions transactions) {
        return new RowRetention("anomalies", transactions, "performance_anomalies", "detected_at");
    }
}
