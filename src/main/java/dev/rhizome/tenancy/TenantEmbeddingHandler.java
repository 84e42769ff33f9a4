package dev.rhizome.tenancy;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.indexing.Reembedding;
import dev.rhizome.indexing.ReembeddingJob;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.validation.Text;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about the embedding model of a tenant. */
final class TenantEmbeddingHandler {

    private final TenantRepository tenants;
    private final Reembedding reembedding;
    private final RequestReader reader;
    private final Streams streams;

    TenantEmbeddingHandler(TenantRepository tenants, Reembedding reembedding, RequestReader reader, Streams streams) {
        this.tenants = tenants;
        this.reembedding = reembedding;
        this.reader = reader;
        this.streams = streams;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record State(String model, @Nullable ReembeddingJob move) {

        static State of(Tenant tenant, Optional<ReembeddingJob> move) {
            return new State(tenant.embeddingModel(), move.orElse(null));
        }
    }

    private record ModelInput(@Text(max = 500) String model) {}

    /** The model that the tenant is searched by, and its last move to another. */
    Mono<ServerResponse> get(ServerRequest request) {
        return state(tenant(request)).flatMap(streams::json);
    }

    /** Begins a move, which the background job carries out. */
    Mono<ServerResponse> move(ServerRequest request) {
        TenantId id = tenant(request);
        return reader.body(request, ModelInput.class)
                .flatMap(input -> tenants.get(id).then(reembedding.begin(input.model())))
                .contextWrite(TenantContext.of(id))
                .then(Mono.defer(() -> state(id)))
                .flatMap(state -> ServerResponse.status(HttpStatus.ACCEPTED).bodyValue(state));
    }

    /** Turns a move back that has not switched yet. */
    Mono<ServerResponse> cancel(ServerRequest request) {
        TenantId id = tenant(request);
        return tenants.get(id)
                .then(reembedding.cancel())
                .contextWrite(TenantContext.of(id))
                .then(Mono.defer(() -> state(id)))
                .flatMap(state -> ServerResponse.status(HttpStatus.ACCEPTED).bodyValue(state));
    }

    private Mono<State> state(TenantId id) {
        return tenants.get(id)
                .zipWhen(tenant -> reembedding.find().singleOptional(), State::of)
                .contextWrite(TenantContext.of(id));
    }

    private TenantId tenant(ServerRequest request) {
        return reader.path(request, TenantPath.class).tenant();
    }
}
