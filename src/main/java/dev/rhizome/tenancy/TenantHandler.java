package dev.rhizome.tenancy;

import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Page;
import dev.rhizome.paging.Paged;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.WholeNumber;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The operator's requests about tenants. */
final class TenantHandler {

    private final TenantRepository tenants;
    private final TenantRemoval removal;
    private final AccessChanges changes;
    private final RequestReader reader;
    private final Streams streams;

    TenantHandler(
            TenantRepository tenants,
            TenantRemoval removal,
            AccessChanges changes,
            RequestReader reader,
            Streams streams) {
        this.tenants = tenants;
        this.removal = removal;
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
        return removal.close(id)
                .doOnSuccess(closed -> changes.tenantRefused(id))
                .then(removal.purge(id))
                .then(ServerResponse.noContent().build());
    }

    private TenantId id(ServerRequest request) {
        return reader.path(request, TenantPath.class).tenant();
    }
}
