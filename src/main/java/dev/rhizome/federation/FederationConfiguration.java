package dev.rhizome.federation;

import dev.rhizome.database.TenantTransactions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts the objects of figures over tenants together. */
@Configuration(proxyBeanMethods = false)
@Import(FederationHandler.class)
class FederationConfiguration {

    @Bean
    FigureRepository figureRepository(TenantTransactions transactions) {
        return new FigureRepository(transactions);
    }

    @Bean
    BudgetRepository budgetRepository(TenantTransactions transactions) {
        return new BudgetRepository(transactions);
    }
}
