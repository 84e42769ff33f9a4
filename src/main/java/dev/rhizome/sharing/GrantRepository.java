package dev.rhizome.sharing;

import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.NotFound;
import dev.rhizome.problem.Refused;
import dev.rhizome.tenant.Actor;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Grants that the current tenant gives, and those that it was given. */
final class GrantRepository {

    /** Policies look at all that hold for a guest once a statement. */
    static final int MOST_OF_GUEST = 100;

    static final int MOST = 1_000;

    private static final String GIVE = """
            select grant_id, guest, name, types, filter, ids, created_at, expires_at, revoked_at
              from give_grant($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9, $10)
            """;
    private static final String IS_SHARED = "select isolation = 'shared' as shared from tenants where tenant_id = $1";
    private static final String LIST = """
            select grant_id, guest, name, types, filter, ids, created_at, expires_at, revoked_at
              from tenant_grants
             where tenant_id = $1 and grant_id > $2
             order by grant_id
             limit $3
            """;
    private static final String GET = """
            select grant_id, guest, name, types, filter, ids, created_at, expires_at, revoked_at
              from tenant_grants
             where tenant_id = $1 and grant_id = $2
            """;
    private static final String REVOKE = "select revoke_grant($1, $2) as revoked";
    private static final String RECEIVED =
            "select grant_id, owner, name, types, filter, ids, created_at, expires_at from received_grants($1, $2)";

    private final TenantTransactions transactions;

    GrantRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** Gives a grant; an error of {@link Refused} where the tenant shares nothing, or has as many as it may have. */
    Mono<Grant> give(GrantInput input) {
        return Actor.current()
                .flatMap(actor -> transactions.writing(connection -> connection
                        .rows(Query.of(
                                GIVE,
                                Grant::of,
                                UUID.randomUUID(),
                                input.tenant(),
                                input.name(),
                                strings(input.types()),
                                Query.nullable(input.filter(), String.class),
                                strings(input.ids()),
                                Query.nullable(input.expiresAt(), Instant.class),
                                actor.name(),
                                (long) MOST,
                                (long) MOST_OF_GUEST))
                        .next()))
                .switchIfEmpty(Mono.defer(this::refused));
    }

    private static Object strings(List<String> values) {
        return Query.nullable(values.isEmpty() ? null : values.toArray(String[]::new), String[].class);
    }

    private Mono<Grant> refused() {
        return transactions
                .read(Query.ofTenant(IS_SHARED, row -> Boolean.TRUE.equals(row.get("shared", Boolean.class))))
                .next()
                .flatMap(isShared -> Mono.error(() -> new Refused(
                        isShared
                                ? "a tenant has at most " + MOST + " grants that hold, and " + MOST_OF_GUEST
                                        + " for one other tenant; revoke some"
                                : "the tenant's isolation is not shared; the operator can change that")));
    }

    /** Grants that the current tenant gave, by id, those that hold no longer included. */
    Flux<Grant> given(@Nullable Cursor after, int limit) {
        return transactions.read(Query.ofTenant(LIST, Grant::of, behind(after), limit));
    }

    /** One of them; an error of {@link NotFound} where there is none. */
    Mono<Grant> get(UUID id) {
        return transactions
                .read(Query.ofTenant(GET, Grant::of, id))
                .next()
                .switchIfEmpty(Mono.error(() -> new NotFound("grant", id.toString())));
    }

    /** Grants that the current tenant was given and that hold, by id. */
    Flux<Grant.Received> received(@Nullable Cursor after, int limit) {
        return transactions.read(Query.of(RECEIVED, Grant.Received::of, behind(after), limit));
    }

    private static UUID behind(@Nullable Cursor after) {
        return after == null ? new UUID(0, 0) : UUID.fromString(after.key().getFirst());
    }

    /**
     * Revokes a grant for good: the next statement of its guest sees nothing by it. Again changes nothing. An error of {@link NotFound}
     * where there is none.
     */
    Mono<Void> revoke(UUID id) {
        return get(id).then(Actor.current())
                .flatMap(actor -> transactions.maintaining(connection -> connection
                        .rows(Query.of(REVOKE, row -> id, id, actor.name()))
                        .next()))
                .then();
    }
}
