package dev.rhizome.tenancy;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.NotFound;
import dev.rhizome.tenant.Role;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.spi.Readable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** API keys of one tenant. */
public final class ApiKeyRepository {

    /**
     * A key whose secret was right.
     *
     * @param isSuspended whether its tenant is
     */
    record Proven(UUID id, Role role, @Nullable Instant expiresAt, boolean isSuspended) {}

    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    private record Stored(Proven key, byte[] hash) {}

    private static final String ISSUE = """
            insert into api_keys (tenant_id, key_id, name, role, secret_hash, expires_at)
            values ($1, $2, $3, $4, $5, $6) returning key_id
            """;
    private static final String LIVE = """
            select k.key_id, k.role, k.secret_hash, k.expires_at, t.status = 'suspended' as suspended
              from api_keys k join tenants t using (tenant_id)
             where k.tenant_id = $1 and k.key_id = $2 and k.revoked_at is null
               and (k.expires_at is null or k.expires_at > now()) and t.status in ('active', 'suspended')
            """;
    private static final String LIST = """
            select key_id, name, role, created_at, expires_at, revoked_at
              from api_keys
             where tenant_id = $1 and key_id > $2
             order by key_id
             limit $3
            """;
    /** Other processes hear of it when it is committed. */
    private static final String REVOKE = """
            with revoked as (
              update api_keys set revoked_at = coalesce(revoked_at, now())
               where tenant_id = $1 and key_id = $2 returning key_id
            )
            select key_id, pg_notify('rhizome_access', 'key ' || key_id) from revoked
            """;

    private static final String ROLE = "select role from api_keys where tenant_id = $1 and key_id = $2";

    private final TenantTransactions transactions;
    private final KeyTags tags;

    /** Works through the one door, and marks keys with {@code tags}. */
    ApiKeyRepository(TenantTransactions transactions, KeyTags tags) {
        this.transactions = transactions;
        this.tags = tags;
    }

    /** Issues a key of {@code tenant}. */
    Mono<ApiKey.Issued> issue(TenantId tenant, ApiKeyInput input) {
        return Mono.fromCallable(() -> ApiKeySecret.newBody(tenant))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(body -> tags.tag(body).map(tag -> ApiKeySecret.of(body, tag)))
                .flatMap(secret -> store(secret, input))
                .contextWrite(TenantContext.of(tenant));
    }

    private Mono<ApiKey.Issued> store(ApiKeySecret secret, ApiKeyInput input) {
        Query<UUID> query = Query.ofTenant(
                ISSUE,
                row -> Rows.required(row, "key_id", UUID.class),
                secret.keyId(),
                input.name(),
                input.asRole().label(),
                ByteBuffer.wrap(secret.hash()),
                Query.nullable(input.expiresAt(), Instant.class));
        return transactions
                .writing(connection -> recorded(connection, query, "issued"))
                .map(id -> new ApiKey.Issued(id, secret.text()));
    }

    /** The key that {@code change} writes, once that is in the audit log; empty where it writes none. */
    private static Mono<UUID> recorded(TenantConnection connection, Query<UUID> change, String action) {
        return connection
                .rows(change)
                .next()
                .delayUntil(id -> AuditLog.record(connection, action, "key", id.toString()));
    }

    /** The key that {@code secret} proves, or empty. */
    Mono<Proven> prove(ApiKeySecret secret) {
        return transactions
                .read(Query.ofTenant(LIVE, ApiKeyRepository::stored, secret.keyId()))
                .filter(stored -> MessageDigest.isEqual(stored.hash(), secret.hash()))
                .map(Stored::key)
                .next()
                .contextWrite(TenantTransactions.asService()) // whose key it really is, is not known yet
                .contextWrite(TenantContext.of(secret.tenant()));
    }

    /** Keys of {@code tenant} by id, revoked ones included. */
    Flux<ApiKey> list(TenantId tenant, @Nullable Cursor after, int limit) {
        UUID from = after == null ? new UUID(0, 0) : UUID.fromString(after.key().getFirst());
        return transactions.read(Query.ofTenant(LIST, ApiKey::of, from, limit)).contextWrite(TenantContext.of(tenant));
    }

    /** What a key may do; an error of {@link NotFound} where there is none. */
    Mono<Role> role(TenantId tenant, UUID keyId) {
        return transactions
                .read(Query.ofTenant(ROLE, ApiKeyRepository::role, keyId))
                .next()
                .switchIfEmpty(Mono.error(() -> new NotFound("key", keyId.toString())))
                .contextWrite(TenantContext.of(tenant));
    }

    private static Role role(Readable row) {
        return Role.ofKey(Rows.required(row, "role", String.class)).orElseThrow();
    }

    /** Revokes a key for good; again changes nothing. An error of {@link NotFound} where there is none. */
    Mono<Void> revoke(TenantId tenant, UUID keyId) {
        Query<UUID> query = Query.ofTenant(REVOKE, row -> keyId, keyId);
        return transactions
                .maintaining(connection -> recorded(connection, query, "revoked"))
                .switchIfEmpty(Mono.error(() -> new NotFound("key", keyId.toString())))
                .then()
                .contextWrite(TenantContext.of(tenant));
    }

    private static Stored stored(Readable row) {
        ByteBuffer hash = Rows.required(row, "secret_hash", ByteBuffer.class);
        byte[] bytes = new byte[hash.remaining()];
        hash.get(bytes);
        return new Stored(
                new Proven(
                        Rows.required(row, "key_id", UUID.class),
                        role(row),
                        row.get("expires_at", Instant.class),
                        Rows.required(row, "suspended", Boolean.class)),
                bytes);
    }
}
