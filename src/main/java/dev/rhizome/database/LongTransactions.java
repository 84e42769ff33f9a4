package dev.rhizome.database;

import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * The door for work whose statements take as long as they take, such as making an index: as {@link TenantTransactions}, on a
 * connection of its own and without their limits. One after the other is let in.
 */
public final class LongTransactions implements AutoCloseable {

    private static final Duration NO_LIMIT = Duration.ofDays(7);

    private final ConnectionPool pool;
    private final TenantTransactions transactions;

    /** Makes its connection when it is needed. */
    public LongTransactions(DatabaseSettings settings) {
        this.pool = ConnectionPools.forLongWork(settings);
        this.transactions = new TenantTransactions(pool, NO_LIMIT);
    }

    /** As {@link TenantTransactions#writing}. Cancelling stops the statement; so does, a second later, the end of this process. */
    public <T> Mono<T> writing(Function<TenantConnection, Mono<T>> work) {
        return transactions.writing(work);
    }

    @Override
    public void close() {
        pool.dispose();
    }
}
