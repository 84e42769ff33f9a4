package dev.rhizome.graph;

import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that write and read entities. */
final class EntityHandler {

    private final EntityRepository entities;
    private final EntityWriter writer;
    private final Writes writes;
    private final Streams streams;

    EntityHandler(EntityRepository entities, EntityWriter writer, Writes writes, Streams streams) {
        this.entities = entities;
        this.writer = writer;
        this.writes = writes;
        this.streams = streams;
    }

    Mono<ServerResponse> put(ServerRequest request) {
        return writes.put(request, EntityInput::parse, writer);
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return entities.get(request.pathVariable("id")).flatMap(streams::json);
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        return entities.delete(request.pathVariable("id"))
                .then(ServerResponse.noContent().build());
    }
}
