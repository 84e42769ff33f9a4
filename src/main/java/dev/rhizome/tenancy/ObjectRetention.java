package dev.rhizome.tenancy;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.NotFound;
import java.time.Instant;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Domain objects, which stand in graph and search too, and go as they do when a client deletes them. */
public final class ObjectRetention implements RetentionRule {

    private static final int AT_ONCE = 50;

    private final String name;
    private final TenantTransactions transactions;
    private final String sql;
    private final Function<String, Mono<Void>> delete;

    /**
     * Removes objects by {@code delete}.
     *
     * @param name see {@link #name}
     * @param oldest gives the {@code id}s of those before {@code $2}, the oldest first, {@code $3} at most
     * @param delete one of them by its id; that it is gone already is no error
     */
    public ObjectRetention(
            String name, TenantTransactions transactions, String oldest, Function<String, Mono<Void>> delete) {
        this.name = name;
        this.transactions = transactions;
        this.sql = oldest;
        this.delete = delete;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Mono<Boolean> remove(Instant cutoff) {
        return transactions
                .read(Query.ofTenant(sql, row -> Rows.required(row, "id", String.class), cutoff, AT_ONCE))
                .collectList()
                .flatMap(ids -> Flux.fromIterable(ids)
                        .concatMap(id -> delete.apply(id).onErrorResume(NotFound.class, gone -> Mono.empty()))
                        .then(Mono.just(ids.size() == AT_ONCE)));
    }
}
