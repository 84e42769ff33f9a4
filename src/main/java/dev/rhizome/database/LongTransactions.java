package dev.rhizome.database;

import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Transactions for statements that may take hours, such as making an index: as {@link TenantTransactions}, but without time
 * limits. There is one connection for all of them, so they run one after another.
 */
public final class LongTransactions implements AutoCloseable {

    private static final Duration NO_LIMIT = Duration.ofDays(7);

    private final ConnectionPool pool;
    private final TenantTransactions transactions;

    /** Makes its connection, to the primary of {@code servers}, when it is needed, and raises the alarm by {@code mismatches}. */
    public LongTransactions(Servers servers, TenantMismatches mismatches) {
        this.pool = ConnectionPools.forLongWork(servers);
        this.transactions = new TenantTransactions(new Connections(pool, NO_LIMIT), mismatches);
    }

    /** As {@link TenantTransactions#maintaining}: a removal must not wait for hours. Cancelling stops the statement; so does, a second later, the end of this process. */
    public <T> Mono<T> writing(Function<TenantConnection, Mono<T>> work) {
        return transactions.maintaining(work);
    }

    @Override
    public void close() {
        pool.dispose();
    }
}
