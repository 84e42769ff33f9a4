package dev.rhizome.verification;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.WrittenOnce;
import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.NotFound;
import dev.rhizome.validation.Times;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Claims of the current tenant that are checked. */
final class VerificationRepository implements BatchWriter<VerificationInput> {

    /** Those that are there keep what they have; whether that is what was sent, {@code same} says. */
    private static final String PUT = """
            with incoming as materialized (
              select *, string_to_array(nullif(type_list, ''), ',') as given_types
                from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[],
                            $9::text[]::jsonb[], $10::text[])
                  as t (id, content, source, type_list, context, priority, timeout_ms, metadata, hash)
            ), added as (
              insert into verification_requests
                (tenant_id, verification_id, content, source, types, context, priority, timeout_ms, metadata, claim_hash)
              select $1, id, content, source, coalesce(given_types, '{}'), context, priority, timeout_ms, metadata,
                     decode(hash, 'hex')
                from incoming
                  on conflict on constraint verification_requests_pkey do nothing
              returning verification_id
            )
            select i.id, a.verification_id is not null as created, r.verification_id is not null as known,
                   coalesce((r.claim_hash, r.context, r.priority, r.timeout_ms, r.metadata) is not distinct from
                            (decode(i.hash, 'hex'), i.context, i.priority, i.timeout_ms, i.metadata), false) as same
              from incoming i
              left join added a on a.verification_id = i.id
              left join verification_requests r on r.tenant_id = $1 and r.verification_id = i.id
            """;

    private static final String GET = "select " + Verification.COLUMNS
            + " from verification_requests where tenant_id = $1 and verification_id = $2";
    private static final String LIST = "select " + Verification.COLUMNS + """

              from verification_requests
             where tenant_id = $1 and (created_at, verification_id) < ($2, $3)
               and ($4::text is null or status = $4) and ($5::text is null or priority = $5)
             order by created_at desc, verification_id desc
             limit $6
            """;
    /** What failed and is taken up again has no result any more. */
    private static final String CHANGE = """
            with dropped as (
              delete from verification_results r using verification_requests q
               where r.tenant_id = $1 and r.verification_id = $2 and q.tenant_id = $1 and q.verification_id = $2
                 and $3 = 'processing' and q.status = 'failed'
            )
            update verification_requests
               set status = $3, error = $4, error_code = $5,
                   retry_count = retry_count + case when status = 'failed' then 1 else 0 end,
                   started_at = case when $3 = 'processing' then now() else started_at end,
                   completed_at = case when $3 <> 'processing' then now() end, updated_at = now()
             where tenant_id = $1 and verification_id = $2 and status = any ($6)
            returning %s
            """.formatted(Verification.COLUMNS);

    /** Ids of those from before {@code $2}, the oldest first. */
    static final String OLDEST = """
            select verification_id as id from verification_requests where tenant_id = $1 and created_at < $2 order by created_at limit $3
            """;

    private static final String DELETE =
            "delete from verification_requests where tenant_id = $1 and verification_id = $2";

    private final TenantTransactions transactions;

    VerificationRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** Which are listed; null is any. */
    record Filter(@Nullable String status, @Nullable String priority) {}

    @Override
    public Mono<List<Result>> write(List<VerificationInput> batch) {
        Query<WrittenOnce> query = Query.ofTenant(
                PUT,
                VerificationRepository::written,
                Columns.texts(batch, VerificationInput::id),
                Columns.texts(batch, VerificationInput::content),
                Columns.texts(batch, VerificationInput::source),
                Columns.texts(batch, input -> String.join(",", input.types())),
                Columns.texts(batch, VerificationInput::context),
                Columns.texts(batch, VerificationInput::priority),
                Columns.of(batch, VerificationInput::timeoutMs, Long[]::new),
                Columns.texts(batch, VerificationInput::metadata),
                Columns.texts(batch, input -> input.claim().hash()));
        return Mono.defer(() -> transactions.writing(connection -> write(connection, query)))
                .retryWhen(WrittenOnce.UNTIL_SEEN)
                .map(rows -> WrittenOnce.results(VerificationInput.KIND, batch, rows));
    }

    private static Mono<List<WrittenOnce>> write(TenantConnection connection, Query<WrittenOnce> query) {
        return connection
                .list(query)
                .map(WrittenOnce::seen)
                .delayUntil(rows -> AuditLog.recordCreated(connection, VerificationInput.KIND, rows));
    }

    private static WrittenOnce written(Readable row) {
        return new WrittenOnce(
                Rows.required(row, "id", String.class),
                Rows.required(row, "created", Boolean.class),
                Rows.required(row, "known", Boolean.class),
                Rows.required(row, "same", Boolean.class));
    }

    /** The verification, or an error of {@link NotFound}. */
    Mono<Verification> get(String id) {
        return transactions
                .read(Query.ofTenant(GET, Verification::of, id))
                .next()
                .switchIfEmpty(missing(id));
    }

    /** Verifications that match {@code filter}, newest first, behind {@code after}. */
    Flux<Verification> list(Filter filter, @Nullable Cursor after, int limit) {
        return transactions.filtered(Query.ofTenant(
                LIST,
                Verification::of,
                Cursor.timeOf(after, Instant.parse(Times.LATEST)),
                Cursor.idOf(after),
                Query.nullable(filter.status(), String.class),
                Query.nullable(filter.priority(), String.class),
                limit));
    }

    /**
     * Takes a verification a step further.
     *
     * @return it as changed; an error of {@link NotFound}, or of {@link Conflict} where its status may not change so
     */
    Mono<Verification> change(String id, Verification.Change change) {
        Query<Verification> query = Query.ofTenant(
                CHANGE,
                Verification::of,
                id,
                change.status(),
                Query.nullable(change.error(), String.class),
                Query.nullable(change.errorCode(), String.class),
                Verification.before(change.status()));
        String details = "{\"status\":\"" + change.status() + "\"}"; // one of the known words
        AuditLog.Change audited = new AuditLog.Change("updated", VerificationInput.KIND, List.of(id), details);
        return transactions
                .writing(connection -> changed(connection, query, audited))
                .switchIfEmpty(Mono.defer(() -> get(id))
                        .flatMap(found ->
                                Mono.error(Conflict.ofStep(VerificationInput.KIND, found.status(), change.status()))));
    }

    private static Mono<Verification> changed(
            TenantConnection connection, Query<Verification> query, AuditLog.Change audited) {
        return connection.rows(query).next().delayUntil(changed -> AuditLog.record(connection, audited));
    }

    /** Removes a verification with its result and its evidence; an error of {@link NotFound}. */
    Mono<Void> delete(String id) {
        return transactions
                .writing(connection -> delete(connection, id))
                .switchIfEmpty(missing(id))
                .then();
    }

    private static Mono<Long> delete(TenantConnection connection, String id) {
        return connection
                .changed(Query.changeOfTenant(DELETE, id))
                .filter(removed -> removed > 0)
                .delayUntil(removed -> AuditLog.record(connection, "deleted", VerificationInput.KIND, id));
    }

    static <T> Mono<T> missing(String id) {
        return Mono.error(() -> new NotFound(VerificationInput.KIND, id));
    }
}
