package dev.rhizome.benchmark;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.tenancy.RetentionRule;
import dev.rhizome.tenancy.RowRetention;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts the objects of benchmarks together. */
@Configuration(proxyBeanMethods = false)
@Import(BenchmarkHandler.class)
class BenchmarkConfiguration {

    @Bean
    DatasetRepository datasetRepository(TenantTransactions transactions) {
        return new DatasetRepository(transactions);
    }

    @Bean
    EvaluationRepository evaluationRepository(TenantTransactions transactions) {
        return new EvaluationRepository(transactions);
    }

    @Bean
    RetentionRule retentionOfEvaluations(TenantTransactions transactions) {
        return new RowRetention("evaluations", transactions, "benchmark_evaluations", "created_at");
    }
}
