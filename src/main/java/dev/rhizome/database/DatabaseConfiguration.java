package dev.rhizome.database;

import dev.rhizome.fairness.FairTurns;
import dev.rhizome.fairness.Figure;
import dev.rhizome.fairness.KnownLimits;
import dev.rhizome.fairness.UsageCounters;
import io.r2dbc.pool.ConnectionPool;
import java.util.Map;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/** Puts the database together: settings, pool, and the door. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SharesProperties.class)
class DatabaseConfiguration {

    @Bean
    DatabaseSettings databaseSettings(ConfigurableEnvironment environment) {
        Map<String, String> variables = new java.util.HashMap<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> enumerable) {
                for (String name : enumerable.getPropertyNames()) {
                    String value = environment.getProperty(name);
                    if ((name.startsWith("DB_") || name.equals("DATABASE_URL")) && value != null) {
                        variables.putIfAbsent(name, value);
                    }
                }
            }
        }
        return DatabaseSettings.from(variables);
    }

    @Bean(destroyMethod = "dispose")
    ConnectionPool connectionPool(DatabaseSettings settings) {
        return ConnectionPools.create(settings);
    }

    @Bean
    FairTurns connectionTurns(
            DatabaseSettings settings, SharesProperties shares, KnownLimits limits, UsageCounters usage) {
        return new FairTurns(
                shares.limits(settings.limits()),
                limits::weight,
                (tenant, nanos) -> usage.add(tenant, Figure.DATABASE_NANOS, nanos));
    }

    @Bean
    Connections connections(
            ConnectionPool pool, @Qualifier("connectionTurns") FairTurns connectionTurns, DatabaseSettings settings) {
        return new Connections(pool, connectionTurns, settings.limits().answerLimit());
    }

    @Bean
    TenantMismatches tenantMismatches() {
        return new TenantMismatches();
    }

    @Bean
    TenantTransactions tenantTransactions(Connections connections, TenantMismatches mismatches) {
        return new TenantTransactions(connections, mismatches);
    }

    @Bean(destroyMethod = "close")
    LongTransactions longTransactions(DatabaseSettings settings, TenantMismatches mismatches) {
        return new LongTransactions(settings, mismatches);
    }

    @Bean(destroyMethod = "close")
    DatabaseProbe databaseProbe(DatabaseSettings settings) {
        return new DatabaseProbe(settings);
    }

    @Bean
    Notifications notifications(DatabaseSettings settings) {
        return new Notifications(settings);
    }

    @Bean
    UntenantedQueries untenantedQueries(Connections connections) {
        return new UntenantedQueries(connections);
    }
}
