package dev.rhizome.tenancy;

import dev.rhizome.http.Caller;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Page;
import dev.rhizome.paging.Paged;
import dev.rhizome.problem.Refused;
import dev.rhizome.tenant.Role;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.WholeNumber;
import java.net.URI;
import java.time.Clock;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about the API keys of a tenant. */
final class ApiKeyHandler {

    private final TenantRepository tenants;
    private final ApiKeyRepository keys;
    private final AccessChanges changes;
    private final RequestReader reader;
    private final Streams streams;

    ApiKeyHandler(
            TenantRepository tenants,
            ApiKeyRepository keys,
            AccessChanges changes,
            RequestReader reader,
            Streams streams) {
        this.tenants = tenants;
        this.keys = keys;
        this.changes = changes;
        this.reader = reader;
        this.streams = streams;
    }

    private record KeysParameters(
            UUID id,
            @Default("50") @WholeNumber(min = 1, max = 200) int limit,
            @Nullable @CursorOf(Cursor.Part.UUID) Cursor cursor)
            implements Paged {}

    private record KeyPath(UUID id, UUID keyId) {}

    Mono<ServerResponse> issue(ServerRequest request) {
        TenantId tenant = reader.path(request, TenantPath.class).tenant();
        return reader.body(request, ApiKeyInput.class)
                .map(input -> input.livingAfter(Clock.systemUTC().instant()))
                .delayUntil(input -> mayManage(request, input.asRole()))
                .flatMap(input -> tenants.get(tenant).then(keys.issue(tenant, input)))
                .flatMap(issued -> created(tenant, issued));
    }

    private static Mono<ServerResponse> created(TenantId tenant, ApiKey.Issued issued) {
        return ServerResponse.created(URI.create("/v1/tenants/" + tenant + "/keys/" + issued.id()))
                .header("Cache-Control", "no-store")
                .bodyValue(issued);
    }

    Mono<ServerResponse> list(ServerRequest request) {
        KeysParameters wanted = reader.parameters(request, KeysParameters.class);
        TenantId tenant = new TenantId(wanted.id());
        return tenants.get(tenant)
                .thenMany(keys.list(tenant, wanted.cursor(), wanted.fetch()))
                .collectList()
                .map(rows ->
                        Page.of(rows, wanted.limit(), key -> Cursor.of(key.id().toString())))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> revoke(ServerRequest request) {
        KeyPath path = reader.path(request, KeyPath.class);
        TenantId tenant = new TenantId(path.id());
        return keys.role(tenant, path.keyId())
                .delayUntil(role -> mayManage(request, role))
                .then(keys.revoke(tenant, path.keyId()))
                .then(Mono.fromRunnable(() -> changes.keyRevoked(path.keyId())))
                .then(ServerResponse.noContent().build());
    }

    /** Whoever is watched by an auditor neither makes nor removes one. */
    private static Mono<Void> mayManage(ServerRequest request, Role role) {
        return role == Role.AUDITOR && Caller.of(request).role() != Role.OPERATOR
                ? Mono.error(() -> new Refused("keys of auditors need the role operator"))
                : Mono.empty();
    }
}
