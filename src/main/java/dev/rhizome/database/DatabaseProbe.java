package dev.rhizome.database;

import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Whether the database answers, asked on a connection of its own: however many requests wait for others, busy is not broken.
 */
public final class DatabaseProbe implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(2);
    /** Anybody may ask; more often than this it would tell nothing new. */
    private static final Duration FRESH = Duration.ofMillis(250);

    private static final Query<Boolean> PING = Query.of("select 1", row -> true);

    private final ConnectionPool pool;
    private final Mono<Boolean> answers;

    /** Makes its connection, to the primary of {@code servers}, when it is needed. */
    public DatabaseProbe(Servers servers) {
        this.pool = ConnectionPools.forProbes(servers, LIMIT);
        UntenantedQueries queries = new UntenantedQueries(pool);
        this.answers =
                queries.rows(PING).next().timeout(LIMIT).onErrorReturn(false).cache(FRESH);
    }

    /** Whether it answered within two seconds; never an error. All who ask within a moment get the same answer. */
    public Mono<Boolean> answers() {
        return answers;
    }

    @Override
    public void close() {
        pool.dispose();
    }
}
