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
import java.util.Set;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The operator's requests about tenants. */
final class TenantHandler {

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;

    private final TenantRepository tenants;
    private final ApiKeyAuthenticator provenKeys;
    private final ActiveTenants activeTenants;
    private final Bodies bodies;
    private final Streams streams;

    TenantHandler(
            TenantRepository tenants,
            ApiKeyAuthenticator provenKeys,
            ActiveTenants activeTenants,
            Bodies bodies,
            Streams streams) {
        this.tenants = tenants;
        this.provenKeys = provenKeys;
        this.activeTenants = activeTenants;
        this.bodies = bodies;
        this.streams = streams;
    }

    Mono<ServerResponse> create(ServerRequest request) {
        return bodies.json(request)
                .map(TenantInput::forNew)
                .zipWith(Mono.fromCallable(TenantRepository::newId).subscribeOn(Schedulers.boundedElastic()))
                .flatMap(both -> tenants.create(both.getT2(), both.getT1()))
                .flatMap(tenant -> ServerResponse.created(URI.create("/v1/tenants/" + tenant.id()))
                        .bodyValue(tenant));
    }

    Mono<ServerResponse> list(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("limit", "cursor"));
        int limit = query.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
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
                .map(TenantInput::forExisting)
                .flatMap(input -> tenants.change(id(request), input))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        TenantId id = id(request);
        return tenants.delete(id)
                .doFirst(() -> forgetTokens(id))
                .then(Mono.fromRunnable(() -> forgetTokens(id)))
                .then(ServerResponse.noContent().build());
    }

    /** What this process remembers of the tenant's tokens ends with the tenant. */
    private void forgetTokens(TenantId tenant) {
        provenKeys.forgetTenant(tenant);
        activeTenants.forget(tenant);
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
