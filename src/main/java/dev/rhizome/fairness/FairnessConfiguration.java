package dev.rhizome.fairness;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What tenants may have and what they use, which all that they share asks and tells. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LimitsProperties.class)
class FairnessConfiguration {

    @Bean
    KnownLimits knownLimits(LimitsProperties limits) {
        return new KnownLimits(limits.ofAll(), limits.refresh());
    }

    @Bean
    RequestLimits requestLimits(KnownLimits limits) {
        return new RequestLimits(limits);
    }

    @Bean
    UsageCounters usageCounters() {
        return new UsageCounters();
    }
}
