package dev.rhizome.searchlog;

import dev.rhizome.database.TenantTransactions;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts the record of searches together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SearchLogProperties.class)
@Import(SearchLogHandler.class)
class SearchLogConfiguration {

    @Bean
    SearchLogRepository searchLogRepository(TenantTransactions transactions, SearchLogProperties properties) {
        return new SearchLogRepository(transactions, properties.keep());
    }

    /** It stores the rest after the server has answered its last request, and before the pool is closed. */
    @Bean(destroyMethod = "close")
    SearchRecorder searchRecorder(SearchLogRepository log, SearchLogProperties properties) {
        return new SearchRecorder(log::add, properties);
    }
}
