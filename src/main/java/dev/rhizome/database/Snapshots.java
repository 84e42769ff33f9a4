package dev.rhizome.database;

import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Read-only transactions that may take hours and see all of a tenant as it was at one moment. What they find leaves at the reader's
 * pace, while the transaction goes on: unlike all others, these hold a connection as long as somebody reads. They have connections
 * of their own, {@value #MOST} in all; who comes when all are taken is told so after some seconds.
 */
public final class Snapshots implements AutoCloseable {

    private static final int MOST = 2;
    private static final Duration LONGEST = Duration.ofHours(6);

    private final ConnectionPool pool;
    private final TenantTransactions transactions;

    /** Makes connections to the primary of {@code servers} when they are needed, and raises the alarm by {@code mismatches}. */
    public Snapshots(Servers servers, TenantMismatches mismatches) {
        this.pool = ConnectionPools.forSnapshots(servers, MOST);
        this.transactions = new TenantTransactions(Connections.withoutQueue("export", pool, MOST, LONGEST), mismatches);
    }

    /** Work that gives what it finds, and goes on when that was taken. */
    @FunctionalInterface
    public interface Work<T> {

        /**
         * Works with {@code connection}.
         *
         * @param taken completes when the reader has taken what it is given
         */
        Mono<Void> run(TenantConnection connection, Function<T, Mono<Void>> taken);
    }

    /**
     * What {@code work} gives in one snapshot of the current tenant, at the reader's pace. Cancelling stops the statement and ends the
     * transaction.
     */
    public <T> Flux<T> reading(Work<T> work) {
        return Flux.defer(() -> {
            Handover<T> handover = new Handover<>();
            Mono<T> transaction = transactions
                    .snapshot(connection -> work.run(connection, handover::give))
                    .then(Mono.<T>empty())
                    .doOnSuccess(done -> handover.end());
            return Flux.merge(1, handover.taken(), transaction);
        });
    }

    @Override
    public void close() {
        pool.dispose();
    }
}
