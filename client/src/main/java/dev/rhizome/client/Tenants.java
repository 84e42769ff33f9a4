package dev.rhizome.client;

import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tenants and their keys, with the operator's key. */
public final class Tenants {

    private static final String PATH = "/v1/tenants";

    private final RhizomeClient client;

    Tenants(RhizomeClient client) {
        this.client = client;
    }

    /** All tenants, by slug. */
    public Flux<Tenant> list() {
        return client.list(PATH + "?limit=200").map(item -> Json.read(item, Tenant.class));
    }

    /** A new tenant; a slug that is taken is a {@link ProblemException} of status 409. */
    public Mono<Tenant> create(String slug, String name) {
        return client.post(PATH, Map.of("slug", slug, "name", name)).map(answer -> Json.read(answer, Tenant.class));
    }

    /** The tenant of {@code id}. */
    public Mono<Tenant> get(String id) {
        return client.get(path(id)).map(answer -> Json.read(answer, Tenant.class));
    }

    /** Gives a tenant another name. */
    public Mono<Tenant> rename(String id, String name) {
        return client.patch(path(id), Map.of("name", name)).map(answer -> Json.read(answer, Tenant.class));
    }

    /** Deletes a tenant and all that it has. */
    public Mono<Void> delete(String id) {
        return client.delete(path(id));
    }

    /** A new key of a tenant. */
    public Mono<IssuedKey> issueKey(String tenantId, Role role, String name) {
        Map<String, String> body = Map.of("name", name, "role", role.label());
        return client.post(path(tenantId) + "/keys", body).map(answer -> Json.read(answer, IssuedKey.class));
    }

    /** Ends a key. */
    public Mono<Void> revokeKey(String tenantId, String keyId) {
        return client.delete(path(tenantId) + "/keys/" + Uris.encoded(keyId));
    }

    private static String path(String id) {
        return PATH + "/" + Uris.encoded(id);
    }
}
