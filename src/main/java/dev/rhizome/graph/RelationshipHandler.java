package dev.rhizome.graph;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Writes;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.TypeName;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that write and remove relationships. */
final class RelationshipHandler {

    private final RelationshipRepository relationships;
    private final BatchWriter<RelationshipInput> writer;
    private final Writes writes;
    private final RequestReader reader;

    RelationshipHandler(
            RelationshipRepository relationships,
            BatchWriter<RelationshipInput> writer,
            Writes writes,
            RequestReader reader) {
        this.relationships = relationships;
        this.writer = writer;
        this.writes = writes;
        this.reader = reader;
    }

    private record RelationshipParameters(
            @Identifier String source,
            @Identifier String target,
            @TypeName String type,
            @Nullable Boolean directed) {}

    Mono<ServerResponse> put(ServerRequest request) {
        return writes.put(request, RelationshipInput.class, writer);
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        RelationshipParameters named = reader.parameters(request, RelationshipParameters.class);
        return relationships
                .delete(named.source(), named.type(), named.target(), named.directed())
                .then(ServerResponse.noContent().build());
    }
}
