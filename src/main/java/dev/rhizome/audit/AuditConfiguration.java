package dev.rhizome.audit;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.http.Listing;
import dev.rhizome.http.RefusalListener;
import dev.rhizome.http.RequestReader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the objects of the audit log together. */
@Configuration(proxyBeanMethods = false)
class AuditConfiguration {

    @Bean
    RefusalLog refusalLog(TenantTransactions transactions) {
        return new RefusalLog(transactions);
    }

    @Bean
    RefusalListener refusalListener(RefusalLog log) {
        return log::refused;
    }

    @Bean
    AuditHandler auditHandler(TenantTransactions transactions, RequestReader reader, Listing listing) {
        return new AuditHandler(new AuditLog(transactions), reader, listing);
    }
}
