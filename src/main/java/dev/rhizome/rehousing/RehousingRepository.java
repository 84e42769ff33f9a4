package dev.rhizome.rehousing;

import dev.rhizome.database.LongTransactions;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.job.TenantJob;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.spi.Readable;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The current tenant's move, step by step; each step is a transaction of its own and can be repeated. */
final class RehousingRepository {

    private static final String RULE = "$%d, $%d, $%d::bigint * interval '1 ms', $%d::bigint * interval '1 ms'";
    private static final String PENDING =
            "select tenant from rhizome.tenants_to_rehouse(" + RULE.formatted(1, 2, 3, 4) + ") as tenant";
    private static final String NEXT = """
            select h.step, m.target
              from vector_homes h
              left join vector_moves(%s) as m on m.tenant_id = $1
             where h.tenant_id = $1
            """.formatted(RULE.formatted(2, 3, 4, 5));
    private static final String BEGIN = "select begin_rehousing($1, $2) as more";
    private static final String COPY = "select copy_vectors($1, $2) as more";
    private static final String INDEX = "select index_vectors($1, $2, $3, $4, $5, $6, $7) as more";
    private static final String EXCHANGE = "select exchange_vector_homes($1, $2) as more";
    private static final String CLEAR = "select clear_left_home($1, $2) as more";

    /**
     * What there is to do.
     *
     * @param name of the step that is next, null where the move has not begun
     * @param target {@code shared}, {@code own} or {@code indexed}; null where nothing is to be done
     */
    record Step(@Nullable String name, @Nullable String target) {

        private static Step of(Readable row) {
            return new Step(row.get("step", String.class), row.get("target", String.class));
        }
    }

    private final TenantTransactions transactions;
    private final LongTransactions longTransactions;
    private final RehousingProperties properties;

    RehousingRepository(
            TenantTransactions transactions, LongTransactions longTransactions, RehousingProperties properties) {
        this.transactions = transactions;
        this.longTransactions = longTransactions;
        this.properties = properties;
    }

    /** Tenants whose vectors are moving or are to move, those that are on their way first. */
    Query<TenantId> pending() {
        return TenantJob.tenants(PENDING, rule());
    }

    private Object[] rule() {
        return new Object[] {
            properties.ownFrom(),
            properties.mostOwn(),
            properties.calm().toMillis(),
            properties.longestWait().toMillis()
        };
    }

    /** The next step; empty where the tenant is small and always was. */
    Mono<Step> next() {
        return transactions.read(Query.ofTenant(NEXT, Step::of, rule())).next();
    }

    /** Begins a move; whether the tenant is moving. */
    Mono<Boolean> begin(UUID worker, String target) {
        return step(BEGIN, worker, target);
    }

    /** Copies some more vectors; whether there is more to do. */
    Mono<Boolean> copy(UUID worker) {
        return step(COPY, worker, properties.batch());
    }

    /** Makes the next home's index and calibrates it; whether there is more to do. */
    Mono<Boolean> index(UUID worker) {
        RehousingProperties.Index index = properties.index();
        Query<Boolean> query = query(
                INDEX,
                worker,
                index.type().label(),
                Query.nullable(index.m(), Integer.class),
                Query.nullable(index.efConstruction(), Integer.class),
                index.memory(),
                index.workers(),
                index.recall());
        return longTransactions.writing(connection -> connection.rows(query).single());
    }

    /** Lets the next home take the place of the home; whether there is more to do. */
    Mono<Boolean> exchange(UUID worker) {
        return step(EXCHANGE, worker, properties.batch());
    }

    /** Empties the home that was left; whether there is more to do. */
    Mono<Boolean> clear(UUID worker) {
        return step(CLEAR, worker, properties.batch());
    }

    private Mono<Boolean> step(String sql, Object... arguments) {
        Query<Boolean> query = query(sql, arguments);
        return transactions.writing(connection -> connection.rows(query).single());
    }

    private static Query<Boolean> query(String sql, Object... arguments) {
        return Query.of(sql, row -> Rows.required(row, "more", Boolean.class), arguments);
    }
}
