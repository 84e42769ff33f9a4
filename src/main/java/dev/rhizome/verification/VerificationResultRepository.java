package dev.rhizome.verification;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.integrity.CanonicalEncoding;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.NotFound;
import dev.rhizome.provenance.Verdicts;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** What came out of verifications of the current tenant. */
final class VerificationResultRepository {

    /** All of it in one statement: the end of the verification, its result, its evidence, and what that adds to its methods. */
    private static final String STORE = """
            with request as materialized (
              update verification_requests set status = $3, completed_at = now(), updated_at = now()
               where tenant_id = $1 and verification_id = $2 and status = 'processing'
              returning verification_id, claim_hash,
                        coalesce($8, (extract(epoch from now() - started_at) * 1000)::bigint) as took
            ), result as (
              insert into verification_results
                (tenant_id, verification_id, claim_hash, verdict, confidence, reasoning, methods, processing_time_ms, kept_until,
                 entry_id)
              select $1, verification_id, claim_hash, $4, $5, $6, $7::jsonb, greatest(0, took),
                     case when $9 > 0 then now() + $9 * interval '1 second' end, $10
                from request
              returning verification_id
            ), evidence as (
              insert into verification_evidence
                (tenant_id, verification_id, place, source, title, publisher, content, evidence_type, method, supporting,
                 relevance, credibility, published_at, metadata)
              select $1, r.verification_id, e.place, e.source, e.title, e.publisher, e.content, e.type, e.method, e.supporting,
                     e.relevance, e.credibility, e.published_at, e.metadata
                from request r
               cross join unnest($11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::boolean[],
                                 $18::real[], $19::real[], $20::timestamptz[], $21::text[]::jsonb[])
                     with ordinality
                  as e (source, title, publisher, content, type, method, supporting, relevance, credibility, published_at,
                        metadata, place)
              returning method
            ), methods as (
              insert into verification_methods as m
                (tenant_id, method, uses, failures, processing_time_ms, confidence_total, evidence)
              select $1, t.method, 1, case when t.verdict = 'error' then 1 else 0 end, t.took, t.confidence,
                     (select count(*) from evidence e where e.method = t.method)
                from request r
               cross join unnest($22::text[], $23::text[], $24::real[], $25::bigint[]) as t (method, verdict, confidence, took)
               order by t.method
                  on conflict on constraint verification_methods_pkey do update
                 set uses = m.uses + 1, failures = m.failures + excluded.failures,
                     processing_time_ms = m.processing_time_ms + excluded.processing_time_ms,
                     confidence_total = m.confidence_total + excluded.confidence_total,
                     evidence = m.evidence + excluded.evidence, last_used_at = now()
              returning 1
            )
            select verification_id, (select count(*) from methods) as methods from request
            """;

    private static final String GET = "select " + VerificationResult.COLUMNS
            + " from verification_results r where r.tenant_id = $1 and r.verification_id = $2";
    private static final String FIND = """
            with found as (
              select verification_id from verification_results
               where tenant_id = $1 and claim_hash = decode($2, 'hex') and kept_until > now()
               order by created_at desc limit 1
            )
            update verification_results r set hits = hits + 1, last_hit_at = now() from found
             where r.tenant_id = $1 and r.verification_id = found.verification_id
            returning %s
            """.formatted(VerificationResult.COLUMNS);
    private static final String EVIDENCE = """
            select place, source, title, publisher, content, evidence_type, method, supporting, relevance, credibility,
                   published_at, metadata
              from verification_evidence
             where tenant_id = $1 and verification_id = $2 and place > $3 and ($4::boolean is null or supporting = $4)
             order by place
             limit $5
            """;
    private static final String METHODS = """
            select method, uses, failures, processing_time_ms, confidence_total, evidence, last_used_at
              from verification_methods where tenant_id = $1 and method > $2 order by method limit $3
            """;

    private final TenantTransactions transactions;
    private final Verdicts verdicts;
    private final JsonMapper json;

    VerificationResultRepository(TenantTransactions transactions, Verdicts verdicts, JsonMapper json) {
        this.transactions = transactions;
        this.verdicts = verdicts;
        this.json = json;
    }

    /**
     * Ends a verification that is being processed with its result, and where that is wanted records it in provenance: all of it or
     * nothing.
     *
     * @return when it is committed; an error of {@link NotFound}, or of {@code Conflict} where it is not being processed, or where the
     *     provenance has a verdict of this id
     */
    Mono<Void> store(Verification verification, VerificationResult.Input result) {
        String id = verification.id();
        return result.recordInProvenance()
                ? verdicts.append(verdict(verification, result), connection -> store(connection, verification, result))
                : transactions
                        .writing(connection ->
                                store(connection, verification, result).thenReturn(id))
                        .then();
    }

    private Mono<Void> store(TenantConnection connection, Verification verification, VerificationResult.Input result) {
        return connection
                .rows(Query.ofTenant(
                        STORE,
                        row -> Rows.required(row, "verification_id", String.class),
                        arguments(verification, result)))
                .next()
                .switchIfEmpty(Mono.error(
                        () -> Conflict.ofStep(VerificationInput.KIND, verification.status(), result.status())))
                .flatMap(stored -> AuditLog.record(
                        connection,
                        new AuditLog.Change(
                                "verified",
                                VerificationInput.KIND,
                                List.of(stored),
                                "{\"verdict\":\"" + result.verdict() + "\"}"))); // one of the known words
    }

    private Object[] arguments(Verification verification, VerificationResult.Input result) {
        List<Evidence.Input> evidence = result.evidence();
        List<VerificationResult.MethodResult> methods = result.methods();
        return new Object[] {
            verification.id(),
            result.status(),
            result.verdict(),
            result.confidence(),
            result.reasoning().toArray(String[]::new),
            json.writeValueAsString(methods),
            Query.nullable(result.processingTimeMs(), Long.class),
            result.keepSeconds(),
            Query.nullable(result.recordInProvenance() ? verification.id() : null, String.class),
            Columns.texts(evidence, Evidence.Input::source),
            Columns.texts(evidence, Evidence.Input::title),
            Columns.texts(evidence, Evidence.Input::publisher),
            Columns.texts(evidence, Evidence.Input::content),
            Columns.texts(evidence, Evidence.Input::type),
            Columns.texts(evidence, Evidence.Input::method),
            Columns.of(evidence, Evidence.Input::supporting, Boolean[]::new),
            Columns.of(evidence, Evidence.Input::relevance, Float[]::new),
            Columns.of(evidence, Evidence.Input::credibility, Float[]::new),
            Columns.of(evidence, Evidence.Input::publishedAt, Instant[]::new),
            Columns.texts(evidence, Evidence.Input::metadata),
            Columns.texts(methods, VerificationResult.MethodResult::method),
            Columns.texts(methods, VerificationResult.MethodResult::verdict),
            Columns.of(methods, VerificationResult.MethodResult::confidence, Float[]::new),
            Columns.of(methods, VerificationResult.MethodResult::processingTimeMs, Long[]::new)
        };
    }

    private Verdicts.Verdict verdict(Verification verification, VerificationResult.Input result) {
        String metadata = JsonNodeFactory.instance
                .objectNode()
                .put("verdict", result.verdict())
                .put("confidence", result.confidence())
                .put("claimHash", verification.claimHash())
                .put(
                        "supporting",
                        result.evidence().stream()
                                .filter(Evidence.Input::supporting)
                                .count())
                .put(
                        "contradicting",
                        result.evidence().stream()
                                .filter(one -> !one.supporting())
                                .count())
                .put("evidenceHash", HexFormat.of().formatHex(evidenceHash(result.evidence())))
                .toString();
        return new Verdicts.Verdict(verification.id(), verification.content(), metadata);
    }

    /** By which it can be shown later that the evidence is what it was. */
    private byte[] evidenceHash(List<Evidence.Input> evidence) {
        return new CanonicalEncoding("rhizome.verification.evidence", 1)
                .json(json.writeValueAsString(Map.of("evidence", evidence)))
                .sha256();
    }

    /** The result, or an error of {@link NotFound} where there is none. */
    Mono<VerificationResult> get(String id) {
        return transactions
                .read(Query.ofTenant(GET, VerificationResult::of, id))
                .next()
                .switchIfEmpty(Mono.error(() -> NotFound.saying("the verification " + id + " has no result")));
    }

    /** The newest result of the same claim that is kept, which this counts as a hit; an error of {@link NotFound}. */
    Mono<VerificationResult> find(Claim claim) {
        Query<VerificationResult> query = Query.ofTenant(FIND, VerificationResult::of, claim.hash());
        return transactions
                .writing(connection -> connection.rows(query).next())
                .switchIfEmpty(Mono.error(() -> NotFound.saying("no result of this claim is kept")));
    }

    /** Evidence of a verification in its order, behind {@code after}; null for what supports the claim and what does not. */
    Flux<Evidence> evidence(String id, @Nullable Boolean supporting, @Nullable Cursor after, int limit) {
        return transactions.filtered(Query.ofTenant(
                EVIDENCE,
                Evidence::of,
                id,
                after == null ? 0L : Long.parseLong(after.key().getFirst()),
                Query.nullable(supporting, Boolean.class),
                limit));
    }

    /** Methods by name, behind {@code after}. */
    Flux<Method> methods(String after, int limit) {
        return transactions.read(Query.ofTenant(METHODS, Method::of, after, limit));
    }
}
