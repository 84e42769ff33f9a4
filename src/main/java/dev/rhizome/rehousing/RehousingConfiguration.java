package dev.rhizome.rehousing;

import dev.rhizome.database.LongTransactions;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.indexing.TenantProfiles;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the moves of vectors together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RehousingProperties.class)
class RehousingConfiguration {

    @Bean
    RehousingTask rehousingTask(
            TenantTransactions transactions,
            LongTransactions longTransactions,
            TenantProfiles profiles,
            RehousingProperties properties) {
        RehousingRepository moves = new RehousingRepository(transactions, longTransactions, properties);
        return new RehousingTask(moves, profiles, properties);
    }
}
