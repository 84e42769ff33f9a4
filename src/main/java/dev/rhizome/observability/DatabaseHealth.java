package dev.rhizome.observability;

import dev.rhizome.database.Connections;
import dev.rhizome.database.DatabaseProbe;
import dev.rhizome.database.PoolStatistics;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import reactor.core.publisher.Mono;

/** Whether the database answers, together with the state of the pool. */
public final class DatabaseHealth implements ReactiveHealthIndicator {

    /**
     * What {@code GET /health/database} answers.
     *
     * @param healthy whether the database answered in time, however busy the pool is
     * @param stats of the pool
     */
    public record Report(boolean healthy, Stats stats) {}

    /** The pool's figures as the API names them. */
    public record Stats(
            int totalConnections,
            int idleConnections,
            int activeConnections,
            int pendingAcquires,
            String healthStatus) {}

    private final DatabaseProbe probe;
    private final Connections connections;

    /** Asks {@code probe}, and looks at {@code connections}. */
    public DatabaseHealth(DatabaseProbe probe, Connections connections) {
        this.probe = probe;
        this.connections = connections;
    }

    /** The report; never an error. */
    public Mono<Report> report() {
        return probe.answers().map(answered -> report(answered, connections.statistics()));
    }

    private static Report report(boolean answered, PoolStatistics now) {
        Stats stats = new Stats(
                now.totalConnections(),
                now.idleConnections(),
                now.activeConnections(),
                now.pendingAcquires(),
                answered ? now.healthStatus() : "unhealthy");
        return new Report(answered, stats);
    }

    @Override
    public Mono<Health> health() {
        return report().map(report ->
                report.healthy() ? Health.up().build() : Health.down().build());
    }
}
