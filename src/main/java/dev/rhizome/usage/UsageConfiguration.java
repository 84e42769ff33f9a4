package dev.rhizome.usage;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.fairness.KnownLimits;
import dev.rhizome.fairness.UsageCounters;
import dev.rhizome.quota.StoredSizes;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts usage and limits together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(UsageProperties.class)
@Import({UsageHandler.class, LimitsHandler.class})
class UsageConfiguration {

    /** From now on limits are known as they are stored. */
    @Bean
    LimitsRepository limitsRepository(TenantTransactions transactions, KnownLimits known) {
        LimitsRepository limits = new LimitsRepository(transactions);
        known.lookUpIn(limits::find);
        return limits;
    }

    @Bean
    UsageRepository usageRepository(TenantTransactions transactions, UsageProperties properties) {
        return new UsageRepository(transactions, properties.keep());
    }

    /** It stores the rest after the server has answered its last request, and before the pool is closed. */
    @Bean(destroyMethod = "close")
    UsageRecorder usageRecorder(UsageCounters counters, UsageRepository usage, UsageProperties properties) {
        return new UsageRecorder(counters, usage, properties.interval());
    }

    @Bean
    UsageReports usageReports(UsageRecorder recorder, UsageRepository usage, StoredSizes sizes, KnownLimits limits) {
        return new UsageReports(recorder, usage, sizes, limits);
    }
}
