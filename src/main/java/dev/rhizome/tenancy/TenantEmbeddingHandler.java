package dev.rhizome.tenancy;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.http.Bodies;
import dev.rhizome.http.JsonFields;
import dev.rhizome.http.Streams;
import dev.rhizome.indexing.Reembedding;
import dev.rhizome.indexing.ReembeddingJob;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about the embedding model of a tenant. */
final class TenantEmbeddingHandler {

    private static final Set<String> FIELDS = Set.of("model");

    private final TenantRepository tenants;
    private final Reembedding reembedding;
    private final Bodies bodies;
    private final Streams streams;

    TenantEmbeddingHandler(TenantRepository tenants, Reembedding reembedding, Bodies bodies, Streams streams) {
        this.tenants = tenants;
        this.reembedding = reembedding;
        this.bodies = bodies;
        this.streams = streams;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record State(String model, @Nullable ReembeddingJob move) {}

    /** The model that the tenant is searched by, and its last move to another. */
    Mono<ServerResponse> get(ServerRequest request) {
        return state(TenantHandler.id(request)).flatMap(streams::json);
    }

    /** Begins a move, which the background job carries out. */
    Mono<ServerResponse> move(ServerRequest request) {
        TenantId id = TenantHandler.id(request);
        return bodies.json(request)
                .map(TenantEmbeddingHandler::model)
                .flatMap(model -> tenants.get(id).then(reembedding.begin(model)).contextWrite(TenantContext.of(id)))
                .then(Mono.defer(() -> state(id)))
                .flatMap(state -> ServerResponse.status(HttpStatus.ACCEPTED).bodyValue(state));
    }

    /** Turns a move back that has not switched yet. */
    Mono<ServerResponse> cancel(ServerRequest request) {
        TenantId id = TenantHandler.id(request);
        return tenants.get(id)
                .then(reembedding.cancel())
                .contextWrite(TenantContext.of(id))
                .then(Mono.defer(() -> state(id)))
                .flatMap(state -> ServerResponse.status(HttpStatus.ACCEPTED).bodyValue(state));
    }

    private Mono<State> state(TenantId id) {
        return tenants.get(id)
                .flatMap(tenant -> reembedding
                        .find()
                        .map(Optional::of)
                        .defaultIfEmpty(Optional.empty())
                        .map(move -> new State(tenant.embeddingModel(), move.orElse(null))))
                .contextWrite(TenantContext.of(id));
    }

    private static String model(byte[] json) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        String model = body.requiredText("model");
        body.finish();
        return model;
    }
}
