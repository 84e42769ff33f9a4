package dev.rhizome.tenancy;

import dev.rhizome.http.Caller;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Page;
import dev.rhizome.paging.Paged;
import dev.rhizome.problem.NotFound;
import dev.rhizome.problem.Refused;
import dev.rhizome.tenant.Role;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.WholeNumber;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The operator's requests about tenants. */
final class TenantHandler {

    private final TenantRepository tenants;
    private final AccessChanges changes;
    private final RequestReader reader;
    private final Streams streams;

    TenantHandler(TenantRepository tenants, AccessChanges changes, RequestReader reader, Streams streams) {
        this.tenants = tenants;
        this.changes = changes;
        this.reader = reader;
        this.streams = streams;
    }

    private record TenantsParameters(
            @Default("50") @WholeNumber(min = 1, max = 200) int limit,
            @Nullable @CursorOf(Cursor.Part.TEXT) Cursor cursor)
            implements Paged {

        private String afterSlug() {
            return cursor == null ? "" : cursor.key().getFirst();
        }
    }

    Mono<ServerResponse> create(ServerRequest request) {
        return reader.body(request, TenantInput.class)
                .map(TenantInput::forNew)
                .zipWith(Mono.fromCallable(TenantRepository::newId).subscribeOn(Schedulers.boundedElastic()))
                .flatMap(both -> tenants.create(both.getT2(), both.getT1()))
                .flatMap(tenant -> ServerResponse.created(URI.create("/v1/tenants/" + tenant.id()))
                        .bodyValue(tenant));
    }

    Mono<ServerResponse> list(ServerRequest request) {
        TenantsParameters wanted = reader.parameters(request, TenantsParameters.class);
        return tenants.list(wanted.afterSlug(), wanted.fetch())
                .collectList()
                .map(rows -> Page.of(rows, wanted.limit(), tenant -> Cursor.of(tenant.slug())))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return tenants.get(id(request)).flatMap(streams::json);
    }

    Mono<ServerResponse> change(ServerRequest request) {
        TenantId id = id(request);
        return reader.body(request, TenantInput.class)
                .map(TenantInput::forExisting)
                .flatMap(input -> tenants.change(id, input))
                .doOnNext(this::announce)
                .flatMap(streams::json);
    }

    /** Most changes are not about its tokens, and end nothing. */
    private void announce(Tenant tenant) {
        TenantId id = new TenantId(tenant.id());
        if (tenant.status().equals("active")) {
            changes.tenantResumed(id);
        } else {
            changes.tenantRefused(id);
        }
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        TenantId id = id(request);
        return tenants.close(id)
                .doOnSuccess(closed -> changes.tenantRefused(id))
                .then(tenants.purge(id))
                .then(ServerResponse.noContent().build());
    }

    /** Keys are managed by the operator, and by an admin of the tenant itself; to others the tenant does not exist. */
    Mono<ServerResponse> operatorOrOwnAdmin(ServerRequest request, HandlerFunction<ServerResponse> next) {
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

    private TenantId id(ServerRequest request) {
        return reader.path(request, TenantPath.class).tenant();
    }
}
