package dev.rhizome.indexing;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.embedding.Embedding;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.postgresql.codec.Vector;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Moves of the current tenant, step by step; each step is a transaction of its own and can be repeated. */
final class ReembeddingRepository {

    private static final String FIND = """
            select m.state, m.documents, m.filled, m.started_at, m.updated_at, m.switched_at, m.ended_at,
                   f.model as from_model, t.model as to_model,
                   coalesce(m.error, case when m.ended_at is null and m.updated_at < now() - interval '2 minutes'
                                          then 'no service works on it; one has to know the model' end) as error
              from reembedding_jobs m
              join vector_spaces f on f.space = m.from_space
              join vector_spaces t on t.space = m.to_space
             where m.tenant_id = current_tenant()
            """;
    private static final String BEGIN = """
            with target as (
              select t.vector_space as from_space, s.space as to_space
                from tenants t join vector_spaces s on s.model = $1 and s.space <> t.vector_space
               where t.tenant_id = current_tenant() and t.next_vector_space is null and t.status = 'active'
                 and not exists (select from reembedding_jobs m where m.tenant_id = t.tenant_id and m.ended_at is null)
                 for update of t
            ), announced as (
              update tenants set next_vector_space = target.to_space, updated_at = now()
                from target where tenant_id = current_tenant()
            )
            insert into reembedding_jobs (from_space, to_space, documents)
            select from_space, to_space, (select count(*) from hybrid_search_index) from target
                on conflict on constraint reembedding_jobs_pkey do update
               set from_space = excluded.from_space, to_space = excluded.to_space, state = 'filling',
                   documents = excluded.documents, filled = 0, error = null, worker = null, lease_until = null,
                   started_at = now(), updated_at = now(), switched_at = null, ended_at = null
            returning to_space
            """;
    /*
     * Whoever locks both locks the move before the tenant. Writers hold a lock on the tenant until they commit, so behind
     * it there is none that knows the spaces of before.
     */
    private static final String LOCK_MOVE =
            "select 1 as locked from reembedding_jobs where tenant_id = current_tenant() and state = 'filling' for update";
    private static final String LOCK_TENANT =
            "select 1 as locked from tenants where tenant_id = current_tenant() for update";
    private static final String CANCEL = """
            with stopped as (
              update reembedding_jobs set state = 'cancelling', error = null, updated_at = now()
               where tenant_id = current_tenant() and state = 'filling'
              returning tenant_id
            )
            update tenants set next_vector_space = null, updated_at = now()
             where tenant_id in (select tenant_id from stopped)
            """;
    private static final String OPEN = "select tenant from rhizome.open_reembedding_jobs() as tenant";
    private static final String LEASE = """
            update reembedding_jobs
               set worker = $1, lease_until = now() + $2 * interval '1 ms', updated_at = now()
             where tenant_id = current_tenant() and ended_at is null
               and (worker = $1 or coalesce(lease_until, '-infinity') < now())
               and (state <> 'filling' or to_space in (select space from vector_spaces where model = any ($3)))
            returning state, from_space, to_space
            """;
    /** Offset 0 keeps the look-up of each document from becoming a scan of all the tenant's vectors for each batch. */
    private static final String MISSING = """
            select i.document_id, i.name, i.text, i.indexed_at
              from hybrid_search_index i
             where i.tenant_id = current_tenant() and i.document_id > $2
               and not exists (select from vectors v where v.tenant_id = current_tenant() and v.space = $1
                                                       and v.document_id = i.document_id offset 0)
             order by i.document_id
             limit $3
            """;
    /** The move, where it is still this worker's and as it was leased; it stays so until the statement has been committed. */
    private static final String MINE = """
            with mine as materialized (
              select tenant_id from reembedding_jobs
               where tenant_id = current_tenant() and worker = $1 and state = $2 for update
            )""";
    /**
     * A document that was written since its text was read has been given its vector by its writer, or will be found missing
     * again. The lock waits for a writer that has not committed, and makes one that comes later wait.
     */
    private static final String FILL = MINE + """
            , still as (
              select given.id, given.embedding
                from mine, unnest($4::text[], $5::timestamptz[], $6::vector[]) as given (id, seen, embedding)
               cross join lateral (select from hybrid_search_index i
                                    where i.document_id = given.id and i.indexed_at = given.seen for share offset 0) as i
            ), filled as (
              insert into vectors (space, document_id, embedding)
              select $3, id, embedding from still
                  on conflict on constraint vectors_pkey do nothing
              returning 1
            )
            update reembedding_jobs m
               set filled = filled + (select count(*) from filled), error = null, updated_at = now()
              from mine where m.tenant_id = mine.tenant_id
            """;
    /** Nobody writes meanwhile, so what is missing now is all that is. */
    private static final String SWITCH = """
            with switched as (
              update reembedding_jobs m
                 set state = 'clearing', error = null, switched_at = now(), updated_at = now()
               where m.tenant_id = current_tenant() and m.state = 'filling'
                 and not exists (select from hybrid_search_index i
                                  where not exists (select from vectors v
                                                     where v.tenant_id = current_tenant() and v.space = m.to_space
                                                       and v.document_id = i.document_id))
              returning m.tenant_id, m.to_space
            )
            update tenants t
               set vector_space = switched.to_space, next_vector_space = null, updated_at = now()
              from switched
             where t.tenant_id = switched.tenant_id
            """;

    private static final String CLEAR = MINE + """
            delete from vectors v using mine
             where v.tenant_id = mine.tenant_id and v.space = $3
               and v.document_id in (select document_id from vectors where tenant_id = current_tenant() and space = $3
                                   order by document_id limit $4)
            """;
    private static final String END = """
            update reembedding_jobs
               set state = case state when 'clearing' then 'done' else 'cancelled' end,
                   ended_at = now(), updated_at = now(), worker = null, lease_until = null, error = null
             where tenant_id = current_tenant() and worker = $1 and state in ('clearing', 'cancelling')
            """;
    private static final String FAILED = """
            update reembedding_jobs set error = $2, updated_at = now(), worker = null, lease_until = null
             where tenant_id = current_tenant() and worker = $1 and ended_at is null
            """;

    /**
     * What there is to do.
     *
     * @param worker that has the lease
     * @param state see {@link ReembeddingJob}
     * @param from space
     * @param to space
     */
    record Work(UUID worker, String state, short from, short to) {

        boolean isFilling() {
            return state.equals("filling");
        }

        /** The space whose vectors nobody needs, once nothing is filled any more. */
        private short unused() {
            return state.equals("clearing") ? from : to;
        }
    }

    /**
     * A document without a vector.
     *
     * @param id of it
     * @param name of it
     * @param text of it
     * @param seen when it was written, as far as we know
     */
    record Missing(String id, String name, String text, Instant seen) {}

    private final TenantTransactions transactions;
    private final UntenantedQueries untenanted;

    ReembeddingRepository(TenantTransactions transactions, UntenantedQueries untenanted) {
        this.transactions = transactions;
        this.untenanted = untenanted;
    }

    /** The tenant's last move; empty where it never moved. */
    Mono<ReembeddingJob> find() {
        return transactions.read(Query.of(FIND, ReembeddingJob::of)).next();
    }

    /** Begins a move to {@code model}; empty where the tenant has it already, or moves. */
    Mono<Short> begin(String model) {
        return transactions.writing(connection -> connection
                .rows(Query.of(BEGIN, row -> Rows.required(row, "to_space", Short.class), model))
                .next()
                .flatMap(space -> AuditLog.record(connection, "begun", "embedding-move", model)
                        .thenReturn(space)));
    }

    /** Turns a move back that has not switched yet; whether there was one. */
    Mono<Boolean> cancel() {
        return transactions.writing(connection -> whereNobodyWrites(connection, CANCEL)
                .flatMap(stopped -> stopped
                        ? AuditLog.record(connection, "cancelled", "embedding-move", "to another model")
                                .thenReturn(true)
                        : Mono.just(false)));
    }

    /** Tenants with a move that nobody works on. */
    Flux<TenantId> open() {
        return untenanted.rows(Query.of(OPEN, row -> new TenantId(Rows.required(row, "tenant", UUID.class))));
    }

    /**
     * Claims the move for {@code worker}, or keeps it; empty where another has it, it is over, or a model is needed that is
     * not among {@code known}.
     */
    Mono<Work> lease(UUID worker, Duration lease, List<String> known) {
        return transactions.writing(connection -> connection
                .rows(Query.of(
                        LEASE,
                        row -> new Work(
                                worker,
                                Rows.required(row, "state", String.class),
                                Rows.required(row, "from_space", Short.class),
                                Rows.required(row, "to_space", Short.class)),
                        worker,
                        lease.toMillis(),
                        known.toArray(String[]::new)))
                .next());
    }

    /** The next {@code most} documents behind {@code after} that have no vector in {@code space}, by id. */
    Mono<List<Missing>> missing(short space, String after, int most) {
        return transactions
                .read(Query.of(
                        MISSING,
                        row -> new Missing(
                                Rows.required(row, "document_id", String.class),
                                Rows.required(row, "name", String.class),
                                Rows.required(row, "text", String.class),
                                Rows.required(row, "indexed_at", Instant.class)),
                        space,
                        after,
                        most))
                .collectList();
    }

    /** Stores vectors of documents that have not been written since; stores nothing where the lease is lost. */
    Mono<Long> fill(Work work, List<Missing> documents, List<Embedding> vectors) {
        return transactions.writing(connection -> connection.changed(
                FILL,
                work.worker(),
                work.state(),
                work.to(),
                documents.stream().map(Missing::id).toArray(String[]::new),
                documents.stream().map(Missing::seen).toArray(Instant[]::new),
                vectors.stream().map(vector -> Vector.of(vector.values())).toArray(Vector[]::new)));
    }

    /** Lets the new space answer if nothing is missing in it; whether it did. */
    Mono<Boolean> switchOver() {
        return transactions.writing(connection -> whereNobodyWrites(connection, SWITCH));
    }

    private static Mono<Boolean> whereNobodyWrites(TenantConnection connection, String change) {
        return connection
                .list(Query.of(LOCK_MOVE, row -> true))
                .then(connection.list(Query.of(LOCK_TENANT, row -> true)))
                .then(connection.changed(change))
                .map(changed -> changed > 0);
    }

    /** Removes up to {@code most} vectors of the space that is not needed any more; how many. */
    Mono<Long> clear(Work work, int most) {
        return transactions.writing(
                connection -> connection.changed(CLEAR, work.worker(), work.state(), work.unused(), most));
    }

    /** Notes that the move is over. */
    Mono<Long> end(Work work) {
        return transactions.writing(connection -> connection.changed(END, work.worker()));
    }

    /** Notes why {@code worker} does not go on, and leaves it to whoever tries next. */
    Mono<Long> failed(UUID worker, String why) {
        return transactions.writing(connection -> connection.changed(FAILED, worker, why));
    }
}
