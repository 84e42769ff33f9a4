package dev.rhizome.observability;

import dev.rhizome.database.Connections;
import dev.rhizome.database.DatabaseProbe;
import dev.rhizome.database.PoolStatistics;
import dev.rhizome.database.Replicas;
import dev.rhizome.database.TenantMismatches;
import dev.rhizome.searchlog.SearchRecorder;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts health and meters together. */
@Configuration(proxyBeanMethods = false)
class ObservabilityConfiguration {

    @Bean
    DatabaseHealth databaseHealthIndicator(DatabaseProbe probe, Connections connections, MeterRegistry meters) {
        gauge(meters, "rhizome.pool.active", connections, PoolStatistics::activeConnections);
        gauge(meters, "rhizome.pool.idle", connections, PoolStatistics::idleConnections);
        gauge(meters, "rhizome.pool.pending", connections, PoolStatistics::pendingAcquires);
        return new DatabaseHealth(probe, connections);
    }

    @Bean
    MeterBinder tenantMismatchMeter(TenantMismatches mismatches) {
        return registry -> FunctionCounter.builder("rhizome.tenant.mismatch", mismatches, TenantMismatches::count)
                .description("requests for which the database saw another tenant than theirs; must stay 0")
                .register(registry);
    }

    @Bean
    MeterBinder searchesNotRecordedMeter(SearchRecorder recorder) {
        return registry -> FunctionCounter.builder("rhizome.search.sessions.dropped", recorder, SearchRecorder::dropped)
                .description("searches that were answered and not written down, for want of time or room")
                .register(registry);
    }

    /** What standbys are read from for; without them there is nothing to measure. */
    @Bean
    MeterBinder replicaMeters(Replicas replicas) {
        return registry -> {
            if (replicas.areUsed()) {
                IntStream.range(0, replicas.servers().size()).forEach(place -> lag(registry, replicas, place));
                FunctionCounter.builder("rhizome.replica.reads", replicas, Replicas::reads)
                        .description("transactions that were begun at a standby")
                        .register(registry);
                FunctionCounter.builder("rhizome.replica.reads.again", replicas, Replicas::readsAgain)
                        .description("of them, those that a standby failed and the primary answered")
                        .register(registry);
            }
        };
    }

    private static void lag(MeterRegistry registry, Replicas replicas, int place) {
        Gauge.builder("rhizome.replica.lag", replicas, watched -> watched.lagSeconds(place))
                .tag("server", replicas.servers().get(place).toString())
                .baseUnit("seconds")
                .description("how old what a standby shows may be; no number for the primary, and for what is away")
                .register(registry);
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
            MeterRegistry meters, String name, Connections connections, ToIntFunction<PoolStatistics> figure) {
        Gauge.builder(name, connections, watched -> figure.applyAsInt(watched.statistics()))
                .baseUnit("connections")
                .register(meters);
    }
}
