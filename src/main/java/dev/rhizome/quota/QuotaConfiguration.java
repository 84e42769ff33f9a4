package dev.rhizome.quota;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.fairness.KnownLimits;
import dev.rhizome.fairness.UsageCounters;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts quotas together. */
@Configuration(proxyBeanMethods = false)
class QuotaConfiguration {

    @Bean
    StoredSizes storedSizes(TenantTransactions transactions) {
        return new StoredSizes(transactions);
    }

    @Bean
    Quotas quotas(KnownLimits limits, StoredSizes sizes, UsageCounters usage) {
        return new Quotas(limits, sizes, usage);
    }
}
