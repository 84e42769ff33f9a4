package dev.rhizome.observability;

import dev.rhizome.database.PoolStatistics;
import dev.rhizome.database.UntenantedQueries;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.pool.ConnectionPool;
import java.util.function.ToIntFunction;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts health and meters together. */
@Configuration(proxyBeanMethods = false)
class ObservabilityConfiguration {

    @Bean
    DatabaseHealth databaseHealthIndicator(UntenantedQueries queries, ConnectionPool pool, MeterRegistry meters) {
        gauge(meters, "rhizome.pool.active", pool, PoolStatistics::activeConnections);
        gauge(meters, "rhizome.pool.idle", pool, PoolStatistics::idleConnections);
        gauge(meters, "rhizome.pool.pending", pool, PoolStatistics::pendingAcquires);
        return new DatabaseHealth(queries, pool);
    }

    @Bean
    DatabaseHealthHandler databaseHealthHandler(DatabaseHealth health) {
        return new DatabaseHealthHandler(health);
    }

    @Bean
    InitializingBean droppedErrors() {
        return DroppedErrors::listen;
    }

    private static void gauge(
            MeterRegistry meters, String name, ConnectionPool pool, ToIntFunction<PoolStatistics> figure) {
        Gauge.builder(name, pool, watched -> figure.applyAsInt(PoolStatistics.of(watched)))
                .baseUnit("connections")
                .register(meters);
    }
}
