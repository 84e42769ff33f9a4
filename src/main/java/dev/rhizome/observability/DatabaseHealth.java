package dev.rhizome.observability;

import dev.rhizome.database.PoolStatistics;
import dev.rhizome.database.Query;
import dev.rhizome.database.UntenantedQueries;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
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

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Query<Integer> PING = Query.of("select 1", row -> 1);

    private final UntenantedQueries queries;
    private final ConnectionPool pool;

    /** Asks through {@code queries}, and looks at {@code pool}. */
    public DatabaseHealth(UntenantedQueries queries, ConnectionPool pool) {
        this.queries = queries;
        this.pool = pool;
    }

    /** The report; never an error. */
    public Mono<Report> report() {
        PoolStatistics before = PoolStatistics.of(pool);
        return answers().map(answered -> report(answered ? before.healthStatus() : "unhealthy", before));
    }

    private Mono<Boolean> answers() {
        return queries.rows(PING).next().timeout(LIMIT).map(answer -> true).onErrorReturn(false);
    }

    private static Report report(String status, PoolStatistics pool) {
        Stats stats = new Stats(
                pool.totalConnections(),
                pool.idleConnections(),
                pool.activeConnections(),
                pool.pendingAcquires(),
                status);
        return new Report(!status.equals("unhealthy"), stats);
    }

    @Override
    public Mono<Health> health() {
        return report().map(report ->
                report.healthy() ? Health.up().build() : Health.down().build());
    }
}
