package dev.rhizome.provenance;

import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.validation.Identifier;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that erase payloads. */
final class ErasureHandler {

    private final Erasure erasure;
    private final RequestReader reader;
    private final Streams streams;

    ErasureHandler(Erasure erasure, RequestReader reader, Streams streams) {
        this.erasure = erasure;
        this.reader = reader;
        this.streams = streams;
    }

    private record SubjectPath(@Identifier String subject) {}

    Mono<ServerResponse> entry(ServerRequest request) {
        return erasure.ofEntry(reader.parameters(request, EntryPath.class).key())
                .map(Erasure.Answer::new)
                .flatMap(streams::json);
    }

    Mono<ServerResponse> subject(ServerRequest request) {
        return erasure.ofSubject(reader.parameters(request, SubjectPath.class).subject())
                .map(Erasure.Answer::new)
                .flatMap(streams::json);
    }
}
