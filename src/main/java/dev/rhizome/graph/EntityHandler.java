package dev.rhizome.graph;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.validation.Identifier;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that write and read entities. */
final class EntityHandler {

    private final EntityRepository entities;
    private final BatchWriter<EntityInput> writer;
    private final Writes writes;
    private final RequestReader reader;
    private final Streams streams;

    EntityHandler(
            EntityRepository entities,
            BatchWriter<EntityInput> writer,
            Writes writes,
            RequestReader reader,
            Streams streams) {
        this.entities = entities;
        this.writer = writer;
        this.writes = writes;
        this.reader = reader;
        this.streams = streams;
    }

    private record EntityParameters(@Identifier String id) {}

    Mono<ServerResponse> put(ServerRequest request) {
        return writes.put(request, EntityInput.class, writer);
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return entities.get(id(request)).flatMap(streams::json);
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        return entities.delete(id(request)).then(ServerResponse.noContent().build());
    }

    private String id(ServerRequest request) {
        return reader.parameters(request, EntityParameters.class).id();
    }
}
