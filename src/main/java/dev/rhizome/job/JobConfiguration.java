package dev.rhizome.job;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.fairness.KnownLimits;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts background work together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(JobProperties.class)
class JobConfiguration {

    @Bean
    JobRunner jobRunner(
            List<TenantJob> jobs,
            TenantTransactions transactions,
            UntenantedQueries untenanted,
            JobProperties properties,
            MeterRegistry registry,
            KnownLimits limits) {
        JobLeases leases = new JobLeases(transactions, untenanted, properties);
        return new JobRunner(jobs, leases, untenanted, properties, new JobMeters(registry), limits::weight);
    }

    @Bean
    JobLifecycle jobLifecycle(JobRunner runner, JobProperties properties) {
        return new JobLifecycle(runner, properties.stop());
    }
}
