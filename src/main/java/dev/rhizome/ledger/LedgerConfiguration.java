package dev.rhizome.ledger;

import dev.rhizome.database.TenantTransactions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes what all chains have in common. */
@Configuration(proxyBeanMethods = false)
class LedgerConfiguration {

    @Bean
    ChainIdentity chainIdentity(TenantTransactions transactions) {
        return new ChainIdentity(transactions);
    }
}
