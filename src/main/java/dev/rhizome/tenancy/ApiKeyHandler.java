package dev.rhizome.tenancy;

import dev.rhizome.http.Bodies;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.Page;
import dev.rhizome.tenant.TenantId;
import java.net.URI;
import java.time.Clock;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about the API keys of a tenant. */
final class ApiKeyHandler {

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;

    private final TenantRepository tenants;
    private final ApiKeyRepository keys;
    private final ApiKeyAuthenticator provenKeys;
    private final Bodies bodies;
    private final Streams streams;

    ApiKeyHandler(
            TenantRepository tenants,
            ApiKeyRepository keys,
            ApiKeyAuthenticator provenKeys,
            Bodies bodies,
            Streams streams) {
        this.tenants = tenants;
        this.keys = keys;
        this.provenKeys = provenKeys;
        this.bodies = bodies;
        this.streams = streams;
    }

    Mono<ServerResponse> issue(ServerRequest request) {
        TenantId tenant = TenantHandler.id(request);
        return bodies.json(request)
                .map(json -> ApiKeyInput.parse(json, Clock.systemUTC().instant()))
                .flatMap(input -> tenants.get(tenant).then(keys.issue(tenant, input)))
                .flatMap(issued -> created(tenant, issued));
    }

    private static Mono<ServerResponse> created(TenantId tenant, ApiKey.Issued issued) {
        return ServerResponse.created(URI.create("/v1/tenants/" + tenant + "/keys/" + issued.id()))
                .header("Cache-Control", "no-store")
                .bodyValue(issued);
    }

    Mono<ServerResponse> list(ServerRequest request) {
        TenantId tenant = TenantHandler.id(request);
        QueryParameters query = new QueryParameters(request, Set.of("limit", "cursor"));
        int limit = query.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        query.finish();
        Cursor cursor = Cursor.decode(query.text("cursor"), 1);
        return tenants.get(tenant)
                .thenMany(keys.list(tenant, cursor, limit + 1))
                .collectList()
                .map(rows -> Page.of(rows, limit, key -> Cursor.of(key.id().toString())))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> revoke(ServerRequest request) {
        TenantId key = TenantId.parse("keyId", request.pathVariable("keyId"));
        return keys.revoke(TenantHandler.id(request), key.value())
                .then(Mono.fromRunnable(() -> provenKeys.forgetKey(key.value())))
                .then(ServerResponse.noContent().build());
    }
}
