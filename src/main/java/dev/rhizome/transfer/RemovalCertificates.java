package dev.rhizome.transfer;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.NotFound;
import dev.rhizome.provenance.Keyring;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Optional;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Signed statements that a tenant was removed, made of what the audit says. */
final class RemovalCertificates {

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

    /** That of {@code tenant}; an error of {@link NotFound} where it was not removed. */
    Mono<RemovalCertificate> of(TenantId tenant) {
        return transactions
                .read(Query.ofTenant(FIND, row -> unsigned(tenant, row)))
                .next()
                .flatMap(Mono::justOrEmpty)
                .map(certificate -> certificate.signedBy(keyring.seal()))
                .switchIfEmpty(Mono.error(() -> new NotFound("certificate of removal of tenant", tenant.toString())))
                .contextWrite(TenantContext.of(tenant));
    }

    /** What the audit says; empty where the tenant was not removed. */
    private Optional<RemovalCertificate> unsigned(TenantId tenant, Readable row) {
        Instant removedAt = row.get("removed_at", Instant.class);
        return removedAt == null
                ? Optional.empty()
                : Optional.of(new RemovalCertificate(
                        tenant.value(),
                        Rows.required(row, "closed_at", Instant.class),
                        removedAt,
                        json.readValue(Rows.required(row, "rows", String.class), new TypeReference<>() {}),
                        0,
                        "",
                        ""));
    }
}
