package dev.rhizome.provenance;

import dev.rhizome.http.Streams;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that erase payloads. */
final class ErasureHandler {

    private final Erasure erasure;
    private final Streams streams;

    ErasureHandler(Erasure erasure, Streams streams) {
        this.erasure = erasure;
        this.streams = streams;
    }

    Mono<ServerResponse> entry(ServerRequest request) {
        return erasure.ofEntry(ProvenanceHandler.key(request))
                .map(Erasure.Answer::new)
                .flatMap(streams::json);
    }

    Mono<ServerResponse> subject(ServerRequest request) {
        return erasure.ofSubject(request.pathVariable("subject"))
                .map(Erasure.Answer::new)
                .flatMap(streams::json);
    }
}
