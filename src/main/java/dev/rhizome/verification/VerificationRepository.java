package dev.rhizome.verification;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.NotFound;
import dev.rhizome.problem.OptimisticLockConflict;
import dev.rhizome.validation.Times;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

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

    private static final String DELETE =
            "delete from verification_requests where tenant_id = $1 and verification_id = $2";

    private static final Retry WHILE_OTHERS_WRITE = Retry.max(3)
            .filter(OptimisticLockConflict.class::isInstance)
            .onRetryExhaustedThrow((spec, signal) -> signal.failure());

    private final TenantTransactions transactions;

    VerificationRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** Which are listed; null is any. */
    record Filter(@Nullable String status, @Nullable String priority) {}

    private record Written(String id, boolean created, boolean known, boolean same) {

        private static Written of(Readable row) {
            return new Written(
                    Rows.required(row, "id", String.class),
                    Rows.required(row, "created", Boolean.class),
                    Rows.required(row, "known", Boolean.class),
                    Rows.required(row, "same", Boolean.class));
        }

        /** Somebody else stores it at the same moment, so that this statement does not see it. */
        private boolean isBeingWritten() {
            return !created && !known;
        }

        private Result result() {
            if (created) {
                return Result.of(Outcome.CREATED);
            }
            return same
                    ? Result.of(Outcome.UNCHANGED)
                    : Result.of(new Conflict("a verification with id " + id + " exists with another content"));
        }
    }

    @Override
    public Mono<List<Result>> write(List<VerificationInput> batch) {
        Query<Written> query = Query.ofTenant(
                PUT,
                Written::of,
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
                .retryWhen(WHILE_OTHERS_WRITE)
                .map(rows -> results(batch, rows));
    }

    private static Mono<List<Written>> write(TenantConnection connection, Query<Written> query) {
        return connection
                .list(query)
                .doOnNext(VerificationRepository::checkSeen)
                .delayUntil(rows -> recordCreated(connection, rows));
    }

    private static void checkSeen(List<Written> rows) {
        if (rows.stream().anyMatch(Written::isBeingWritten)) {
            throw new OptimisticLockConflict("a verification of this id has just been written");
        }
    }

    private static Mono<Void> recordCreated(TenantConnection connection, List<Written> rows) {
        Map<String, Outcome> created = new HashMap<>();
        rows.stream().filter(Written::created).forEach(row -> created.put(row.id(), Outcome.CREATED));
        return AuditLog.record(connection, VerificationInput.KIND, created);
    }

    private static List<Result> results(List<VerificationInput> batch, List<Written> rows) {
        Map<String, Written> byId = rows.stream().collect(Collectors.toMap(Written::id, Function.identity()));
        return batch.stream()
                .map(input -> Objects.requireNonNull(byId.get(input.id())).result())
                .toList();
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
                after == null
                        ? Instant.parse(Times.LATEST)
                        : Instant.parse(after.key().getFirst()),
                after == null ? "" : after.key().getLast(),
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
                .switchIfEmpty(Mono.defer(() -> get(id)).flatMap(found -> Mono.error(illegal(found, change.status()))));
    }

    private static Mono<Verification> changed(
            TenantConnection connection, Query<Verification> query, AuditLog.Change audited) {
        return connection.rows(query).next().delayUntil(changed -> AuditLog.record(connection, audited));
    }

    /** What is wrong with that step. */
    static Conflict illegal(Verification found, String status) {
        return new Conflict("verification: illegal transition from " + found.status() + " to " + status);
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
