package dev.rhizome.observability;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.rhizome.database.PoolStatistics;
import dev.rhizome.database.UntenantedQueries;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.pool.ConnectionPool;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** What is answered without a token: health of the database, and the description of the API. */
@Configuration(proxyBeanMethods = false)
class DatabaseHealthRoutes {

    @Bean
    DatabaseHealth databaseHealthIndicator(UntenantedQueries queries, ConnectionPool pool, MeterRegistry meters) {
        gauge(meters, "rhizome.pool.active", pool, PoolStatistics::activeConnections);
        gauge(meters, "rhizome.pool.idle", pool, PoolStatistics::idleConnections);
        gauge(meters, "rhizome.pool.pending", pool, PoolStatistics::pendingAcquires);
        return new DatabaseHealth(queries, pool);
    }

    @Bean
    RouterFunction<ServerResponse> healthRouter(DatabaseHealth databaseHealthIndicator) {
        return route().GET(
                        "/health/database",
                        request -> databaseHealthIndicator
                                .report()
                                .flatMap(report -> ServerResponse.status(
                                                report.healthy() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                                        .bodyValue(report)))
                .GET(
                        "/openapi.yaml",
                        request -> ServerResponse.ok()
                                .contentType(MediaType.APPLICATION_YAML)
                                .bodyValue(new ClassPathResource("openapi.yaml")))
                .build();
    }

    private static void gauge(
            MeterRegistry meters,
            String name,
            ConnectionPool pool,
            java.util.function.ToIntFunction<PoolStatistics> figure) {
        Gauge.builder(name, pool, watched -> figure.applyAsInt(PoolStatistics.of(watched)))
                .baseUnit("connections")
                .register(meters);
    }
}
