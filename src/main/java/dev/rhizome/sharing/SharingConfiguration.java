package dev.rhizome.sharing;

import dev.rhizome.database.TenantTransactions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts sharing together. */
@Configuration(proxyBeanMethods = false)
@Import(SharingHandler.class)
class SharingConfiguration {

    @Bean
    GrantRepository grantRepository(TenantTransactions transactions) {
        return new GrantRepository(transactions);
    }

    @Bean
    Visits visits(TenantTransactions transactions) {
        return new Visits(transactions);
    }

    @Bean
    AccessLog accessLog(TenantTransactions transactions) {
        return new AccessLog(transactions);
    }
}
