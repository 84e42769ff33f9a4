package dev.rhizome.database;

import dev.rhizome.fairness.FairTurns;
import dev.rhizome.fairness.Figure;
import dev.rhizome.fairness.KnownLimits;
import dev.rhizome.fairness.UsageCounters;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/** Puts the database together: settings, pool, and the door. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({SharesProperties.class, ReplicaProperties.class})
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

    @Bean
    Servers servers(DatabaseSettings settings) {
        return new Servers(settings);
    }

    @Bean(destroyMethod = "dispose")
    ConnectionPool connectionPool(Servers servers) {
        return ConnectionPools.create(servers);
    }

    /** Makes the turns in which tenants have the connections to one server. */
    @Bean
    Supplier<FairTurns> turnsOfAServer(
            DatabaseSettings settings, SharesProperties shares, KnownLimits limits, UsageCounters usage) {
        return () -> new FairTurns(
                shares.limits(settings.limits()),
                limits::weight,
                (tenant, nanos) -> usage.add(tenant, Figure.DATABASE_NANOS, nanos));
    }

    @Bean
    FairTurns connectionTurns(Supplier<FairTurns> turnsOfAServer) {
        return turnsOfAServer.get();
    }

    @Bean(destroyMethod = "close")
    Replicas replicas(Servers servers, ReplicaProperties properties, Supplier<FairTurns> turnsOfAServer) {
        Duration maxLag = properties.maxLag();
        if (maxLag == null) {
            return Replicas.NONE;
        }
        if (servers.all().size() == 1) {
            throw new IllegalArgumentException("RHIZOME_MAX_REPLICA_LAG: " + maxLag
                    + " (expected: several servers in DB_HOST, or no RHIZOME_MAX_REPLICA_LAG)");
        }
        return Replicas.of(servers, maxLag, turnsOfAServer);
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
    TenantTransactions tenantTransactions(Connections connections, TenantMismatches mismatches, Replicas replicas) {
        return new TenantTransactions(connections, mismatches, replicas);
    }

    @Bean(destroyMethod = "close")
    LongTransactions longTransactions(Servers servers, TenantMismatches mismatches) {
        return new LongTransactions(servers, mismatches);
    }

    @Bean(destroyMethod = "close")
    Snapshots snapshots(Servers servers, TenantMismatches mismatches) {
        return new Snapshots(servers, mismatches);
    }

    @Bean(destroyMethod = "close")
    DatabaseProbe databaseProbe(Servers servers) {
        return new DatabaseProbe(servers);
    }

    @Bean
    Notifications notifications(Servers servers) {
        return new Notifications(servers);
    }

    @Bean
    UntenantedQueries untenantedQueries(Connections connections) {
        return new UntenantedQueries(connections);
    }
}
