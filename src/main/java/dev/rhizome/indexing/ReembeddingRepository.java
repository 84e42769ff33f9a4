package dev.rhizome.indexing;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.embedding.Embedding;
import dev.rhizome.job.TenantJob;
import io.r2dbc.postgresql.codec.Vector;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** The current tenant's re-embedding job, step by step; each step is a transaction of its own and can be repeated. */
final class ReembeddingRepository {

    private static final String FIND = """
            select j.state, j.documents, j.filled, j.started_at, j.updated_at, j.switched_at, j.ended_at,
                   f.model as from_model, t.model as to_model,
                   coalesce(l.error,
                            case when j.ended_at is null
                                  and greatest(j.updated_at, l.updated_at) < now() - interval '2 minutes'
                                 then 'no service works on it; one has to know the model' end) as error
              from reembedding_jobs j
              join vector_spaces f on f.space = j.from_space
              join vector_spaces t on t.space = j.to_space
              left join job_leases l on l.tenant_id = j.tenant_id and l.job = $2
             where j.tenant_id = $1
            """;
    private static final String BEGIN = """
            with target as (
              select t.vector_space as from_space, s.space as to_space
                from tenants t join vector_spaces s on s.model = $2 and s.space <> t.vector_space
               where t.tenant_id = $1 and t.next_vector_space is null and t.status = 'active'
                 and not exists (select from reembedding_jobs j where j.tenant_id = $1 and j.ended_at is null)
                 for update of t
            ), announced as (
              update tenants t set next_vector_space = target.to_space, updated_at = now()
                from target where t.tenant_id = $1
            )
            insert into reembedding_jobs (tenant_id, from_space, to_space, documents)
            select $1, from_space, to_space, (select count(*) from hybrid_search_index where tenant_id = $1) from target
                on conflict on constraint reembedding_jobs_pkey do update
               set from_space = excluded.from_space, to_space = excluded.to_space, state = 'filling',
                   documents = excluded.documents, filled = 0,
                   started_at = now(), updated_at = now(), switched_at = null, ended_at = null
            returning to_space
            """;
    /*
     * Whoever locks both locks the job before the tenant. Writers lock the tenant until they commit. So once the tenant is
     * locked here, no writer is left that knows the spaces of before.
     */
    private static final String LOCK_JOB =
            "select 1 as locked from reembedding_jobs where tenant_id = $1 and state = 'filling' for update";
    private static final String LOCK_TENANT = "select 1 as locked from tenants where tenant_id = $1 for update";
    private static final String CANCEL = """
            with stopped as (
              update reembedding_jobs set state = 'cancelling', updated_at = now()
               where tenant_id = $1 and state = 'filling'
              returning tenant_id
            )
            update tenants set next_vector_space = null, updated_at = now()
             where tenant_id = $1 and tenant_id in (select tenant_id from stopped)
            """;
    private static final String STEP = """
            select state, from_space, to_space from reembedding_jobs where tenant_id = $1 and ended_at is null
            """;
    private static final String MISSING =
            "select document_id, name, body, indexed_at from documents_without_vector($1, $2, $3)";
    /** The job, where this worker still has the lease and the state is as it was; both stay so until the commit. */
    private static final String LEASED = """
            with leased as materialized (
              select j.tenant_id
                from reembedding_jobs j
                join job_leases l on l.tenant_id = $1 and l.job = $2 and l.worker = $3
               where j.tenant_id = $1 and j.state = $4
                 for update
            )""";
    /**
     * A document that was written since its text was read has been given its vector by its writer, or will be found missing
     * again. The lock waits for a writer that has not committed, and makes one that comes later wait.
     */
    private static final String FILL = LEASED + """
            , unchanged as (
              select made.id, made.embedding
                from leased, unnest($6::text[], $7::timestamptz[], $8::vector[]) as made (id, read_at, embedding)
               cross join lateral (select from hybrid_search_index i
                                    where i.tenant_id = $1 and i.document_id = made.id
                                      and i.indexed_at = made.read_at for share offset 0) as i
            ), filled as materialized (
              select fill_vectors(array_agg(id), $5, array_agg(embedding)) as vectors from unchanged
            )
            update reembedding_jobs j
               set filled = filled + (select vectors from filled), updated_at = now()
              from leased where j.tenant_id = $1 and j.tenant_id = leased.tenant_id
            """;
    /** Nobody writes meanwhile, so nothing is missing that this statement does not see. */
    private static final String SWITCH = """
            with switched as (
              update reembedding_jobs j
                 set state = 'clearing', switched_at = now(), updated_at = now()
               where j.tenant_id = $1 and j.state = 'filling'
                 and not exists (select from documents_without_vector(j.to_space, '', 1))
              returning j.tenant_id, j.to_space
            )
            update tenants t
               set vector_space = switched.to_space, next_vector_space = null, updated_at = now()
              from switched
             where t.tenant_id = $1 and t.tenant_id = switched.tenant_id
            """;

    private static final String CLEAR = LEASED + "select remove_vectors($5, $6) as removed from leased";
    private static final String END = LEASED + """
            update reembedding_jobs j
               set state = case j.state when 'clearing' then 'done' else 'cancelled' end,
                   ended_at = now(), updated_at = now()
              from leased
             where j.tenant_id = $1 and j.tenant_id = leased.tenant_id and j.state in ('clearing', 'cancelling')
            """;

    /**
     * What there is to do.
     *
     * @param state see {@link ReembeddingJob}
     * @param from old space
     * @param to new space
     */
    record Step(String state, short from, short to) {

        boolean isFilling() {
            return state.equals("filling");
        }

        /** The space whose vectors are to be removed, once nothing is filled any more. */
        private short unused() {
            return state.equals("clearing") ? from : to;
        }

        private static Step of(Readable row) {
            return new Step(
                    Rows.required(row, "state", String.class),
                    Rows.required(row, "from_space", Short.class),
                    Rows.required(row, "to_space", Short.class));
        }
    }

    private final TenantTransactions transactions;

    ReembeddingRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** The tenant's last job; empty where it never had one. */
    Mono<ReembeddingJob> find() {
        return transactions
                .read(Query.ofTenant(FIND, ReembeddingJob::of, ReembeddingTask.NAME))
                .next();
    }

    /** Begins a job for {@code model}; empty where the tenant has that model already, or an open job. */
    Mono<Short> begin(String model) {
        return transactions.writing(connection -> connection
                .rows(Query.ofTenant(BEGIN, row -> Rows.required(row, "to_space", Short.class), model))
                .next()
                .flatMap(space -> recorded(connection, "begun", model).thenReturn(space)));
    }

    /** Turns a job back that has not switched yet; whether there was one. */
    Mono<Boolean> cancel() {
        return transactions.writing(connection -> whereNobodyWrites(connection, CANCEL)
                .filter(stopped -> stopped)
                .flatMap(stopped ->
                        recorded(connection, "cancelled", "to another model").thenReturn(true))
                .defaultIfEmpty(false));
    }

    private static Mono<Void> recorded(TenantConnection connection, String action, String subject) {
        return connection
                .changed(TenantJob.retryNow(ReembeddingTask.NAME))
                .then(AuditLog.record(connection, action, "embedding-move", subject));
    }

    /** What there is to do for the tenant; empty where nothing is. */
    Mono<Step> nextStep() {
        return transactions.read(Query.ofTenant(STEP, Step::of)).next();
    }

    /** The next documents behind {@code after} that have no vector in {@code space}, by id, at most {@code limit}. */
    Mono<List<WithoutVector>> missing(short space, String after, int limit) {
        return transactions
                .read(Query.of(MISSING, WithoutVector::of, space, after, limit))
                .collectList();
    }

    /** Stores vectors of documents that have not been written since; stores nothing where {@code worker} lost the lease. */
    Mono<Long> fill(UUID worker, Step step, List<WithoutVector> documents, List<Embedding> vectors) {
        return changed(Query.changeOfTenant(
                FILL,
                ReembeddingTask.NAME,
                worker,
                step.state(),
                step.to(),
                Columns.texts(documents, WithoutVector::id),
                Columns.of(documents, WithoutVector::indexedAt, Instant[]::new),
                Columns.of(vectors, vector -> Vector.of(vector.values()), Vector[]::new)));
    }

    /** Lets the new space answer if nothing is missing in it; whether it did. */
    Mono<Boolean> switchOver() {
        return transactions.writing(connection -> whereNobodyWrites(connection, SWITCH));
    }

    private static Mono<Boolean> whereNobodyWrites(TenantConnection connection, String change) {
        return connection
                .list(Query.ofTenant(LOCK_JOB, row -> true))
                .then(connection.list(Query.ofTenant(LOCK_TENANT, row -> true)))
                .then(connection.changed(Query.changeOfTenant(change)))
                .map(changed -> changed > 0);
    }

    /** Removes vectors of the space that is not needed any more, at most {@code limit}; how many. */
    Mono<Long> clear(UUID worker, Step step, int limit) {
        Query<Long> clear = Query.ofTenant(
                CLEAR,
                row -> Rows.required(row, "removed", Long.class),
                ReembeddingTask.NAME,
                worker,
                step.state(),
                step.unused(),
                limit);
        return transactions.writing(connection -> connection.rows(clear).next().defaultIfEmpty(0L));
    }

    /** Notes that the job is over. */
    Mono<Long> end(UUID worker, Step step) {
        return changed(Query.changeOfTenant(END, ReembeddingTask.NAME, worker, step.state()));
    }

    private Mono<Long> changed(Query<Void> query) {
        return transactions.writing(connection -> connection.changed(query));
    }
}
