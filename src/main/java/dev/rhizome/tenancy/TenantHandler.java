package dev.rhizome.tenancy;

import dev.rhizome.http.Bodies;
import dev.rhizome.http.Caller;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.Page;
import dev.rhizome.problem.NotFound;
import dev.rhizome.problem.Refused;
import dev.rhizome.tenant.Role;
import dev.rhizome.tenant.TenantId;
import java.net.URI;
import java.time.Clock;
import java.util.Set;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The operator's requests about tenants and their keys. */
final class TenantHandler {

    private static final int DEFAULT_LIMIT = 50;
    private static final int MOST = 200;

    private final TenantRepository tenants;
    private final ApiKeyRepository keys;
    private final Tokens tokens;
    private final Bodies bodies;
    private final Streams streams;

    TenantHandler(TenantRepository tenants, ApiKeyRepository keys, Tokens tokens, Answers answers) {
        this.tenants = tenants;
        this.keys = keys;
        this.tokens = tokens;
        this.bodies = answers.bodies();
        this.streams = answers.streams();
    }

    /** What is remembered of tokens, and must be forgotten when they end. */
    record Tokens(ApiKeyAuthenticator keys, ActiveTenants tenants) {

        void forgetTenant(TenantId tenant) {
            keys.forgetTenant(tenant);
            tenants.forget(tenant);
        }
    }

    /** How bodies are read and answers written. */
    record Answers(Bodies bodies, Streams streams) {}

    Mono<ServerResponse> create(ServerRequest request) {
        return bodies.json(request)
                .map(Tenant.Change::forNew)
                .zipWith(Mono.fromCallable(TenantRepository::newId).subscribeOn(Schedulers.boundedElastic()))
                .flatMap(both -> tenants.create(both.getT2(), both.getT1()))
                .flatMap(tenant -> ServerResponse.created(URI.create("/v1/tenants/" + tenant.id()))
                        .bodyValue(tenant));
    }

    Mono<ServerResponse> list(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("limit", "cursor"));
        int limit = query.integer("limit", DEFAULT_LIMIT, 1, MOST);
        query.finish();
        Cursor cursor = Cursor.decode(query.text("cursor"), 1);
        return tenants.list(cursor == null ? "" : cursor.key().getFirst(), limit + 1)
                .collectList()
                .map(rows -> Page.of(rows, limit, tenant -> Cursor.of(tenant.slug())))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return tenants.get(id(request)).flatMap(streams::json);
    }

    Mono<ServerResponse> change(ServerRequest request) {
        return bodies.json(request)
                .map(Tenant.Change::forExisting)
                .flatMap(change -> tenants.change(id(request), change))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        TenantId id = id(request);
        return tenants.delete(id)
                .doFirst(() -> tokens.forgetTenant(id))
                .then(Mono.fromRunnable(() -> tokens.forgetTenant(id)))
                .then(ServerResponse.noContent().build());
    }

    Mono<ServerResponse> issueKey(ServerRequest request) {
        TenantId id = id(request);
        return bodies.json(request)
                .map(json -> ApiKey.Wanted.read(json, Clock.systemUTC().instant()))
                .flatMap(wanted -> tenants.get(id).then(keys.issue(id, wanted)))
                .flatMap(issued -> ServerResponse.created(URI.create("/v1/tenants/" + id + "/keys/" + issued.id()))
                        .header("Cache-Control", "no-store")
                        .bodyValue(issued));
    }

    Mono<ServerResponse> listKeys(ServerRequest request) {
        TenantId id = id(request);
        QueryParameters query = new QueryParameters(request, Set.of("limit", "cursor"));
        int limit = query.integer("limit", DEFAULT_LIMIT, 1, MOST);
        query.finish();
        Cursor cursor = Cursor.decode(query.text("cursor"), 1);
        return tenants.get(id)
                .thenMany(keys.list(id, cursor, limit + 1))
                .collectList()
                .map(rows -> Page.of(rows, limit, key -> Cursor.of(key.id().toString())))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> revokeKey(ServerRequest request) {
        TenantId key = TenantId.parse("keyId", request.pathVariable("keyId"));
        return keys.revoke(id(request), key.value())
                .then(Mono.fromRunnable(() -> tokens.keys().forgetKey(key.value())))
                .then(ServerResponse.noContent().build());
    }

    /** Keys are managed by the operator, and by an admin of the tenant itself; to others the tenant does not exist. */
    static Mono<ServerResponse> operatorOrOwnAdmin(ServerRequest request, HandlerFunction<ServerResponse> next) {
        Caller caller = Caller.of(request);
        if (caller.role() == Role.OPERATOR) {
            return next.handle(request);
        }
        if (!caller.role().includes(Role.ADMIN)) {
            return Mono.error(() -> new Refused("this needs the role admin or operator"));
        }
        TenantId id = id(request);
        return id.equals(caller.tenant())
                ? next.handle(request)
                : Mono.error(() -> new NotFound("tenant", id.toString()));
    }

    static TenantId id(ServerRequest request) {
        return TenantId.parse("id", request.pathVariable("id"));
    }
}
