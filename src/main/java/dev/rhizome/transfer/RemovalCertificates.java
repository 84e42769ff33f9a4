package dev.rhizome.transfer;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.integrity.CanonicalEncoding;
import dev.rhizome.ledger.Ed25519Seal;
import dev.rhizome.problem.NotFound;
import dev.rhizome.provenance.Keyring;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Signed statements that a tenant was removed, made of what the audit says. */
final class RemovalCertificates {

    private static final String DOMAIN = "rhizome.tenant.removal";
    private static final int VERSION = 1;

    /** A purge that was interrupted counted once, before it removed anything. */
    private static final String FIND = """
            select min(a.occurred_at) filter (where a.action = 'deleted') as closed_at,
                   max(a.occurred_at) filter (where a.action = 'removed') as removed_at,
                   min((a.details -> 'rows')::text) filter (where a.action = 'counted') as rows
              from audit_log a
             where a.tenant_id = $1 and a.kind = 'tenant' and a.subject = $1::text
            """;

    private final TenantTransactions transactions;
    private final Keyring keyring;
    private final JsonMapper json;

    RemovalCertificates(TenantTransactions transactions, Keyring keyring, JsonMapper json) {
        this.transactions = transactions;
        this.keyring = keyring;
        this.json = json;
    }

    /**
     * A certificate.
     *
     * @param tenant that was removed
     * @param closedAt when its keys were refused
     * @param removedAt when no table had a row of it any more, but for the audit
     * @param rows how many there were in each table when it was closed
     * @param left how many are left, which is none
     * @param keyId of the key that signed it
     * @param signature Ed25519 over all fields in front, in hex
     */
    record Certificate(
            UUID tenant,
            Instant closedAt,
            Instant removedAt,
            Map<String, Long> rows,
            long left,
            String keyId,
            String signature) {}

    private record Known(Instant closedAt, Instant removedAt, Map<String, Long> rows) {}

    /** That of {@code tenant}; an error of {@link NotFound} where it was not removed. */
    Mono<Certificate> of(TenantId tenant) {
        return transactions
                .read(Query.ofTenant(FIND, this::known))
                .next()
                .filter(known -> !known.removedAt().equals(Instant.MIN))
                .map(known -> signed(tenant.value(), known))
                .switchIfEmpty(Mono.error(() -> new NotFound("certificate of removal of tenant", tenant.toString())))
                .contextWrite(TenantContext.of(tenant));
    }

    private Known known(Readable row) {
        Instant removed = row.get("removed_at", Instant.class);
        return removed == null
                ? new Known(Instant.MIN, Instant.MIN, Map.of())
                : new Known(
                        Rows.required(row, "closed_at", Instant.class),
                        removed,
                        json.readValue(Rows.required(row, "rows", String.class), new TypeReference<>() {}));
    }

    private Certificate signed(UUID tenant, Known known) {
        Ed25519Seal seal = keyring.seal();
        Map<String, Long> rows = new TreeMap<>(known.rows());
        CanonicalEncoding covered = new CanonicalEncoding(DOMAIN, VERSION)
                .id(tenant)
                .time(known.closedAt())
                .time(known.removedAt());
        rows.forEach((table, count) -> covered.text(table).integer(count));
        byte[] message = covered.integer(0L).text(seal.keyId()).toBytes();
        return new Certificate(tenant, known.closedAt(), known.removedAt(), rows, 0, seal.keyId(), seal.seal(message));
    }
}
