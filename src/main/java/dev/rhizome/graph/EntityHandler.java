package dev.rhizome.graph;

import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that write and read entities and relationships. */
final class EntityHandler {

    private final EntityRepository entities;
    private final EntityWriter writer;
    private final RelationshipRepository relationships;
    private final Shared shared;

    EntityHandler(EntityRepository entities, EntityWriter writer, RelationshipRepository relationships, Shared shared) {
        this.entities = entities;
        this.writer = writer;
        this.relationships = relationships;
        this.shared = shared;
    }

    /** What reads bodies and writes answers. */
    record Shared(Writes writes, Streams streams) {}

    Mono<ServerResponse> putEntities(ServerRequest request) {
        return shared.writes().put(request, EntityInput::parse, writer);
    }

    Mono<ServerResponse> putRelationships(ServerRequest request) {
        return shared.writes().put(request, RelationshipInput::parse, relationships);
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return entities.get(request.pathVariable("id")).flatMap(shared.streams()::json);
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        return entities.delete(request.pathVariable("id"))
                .then(ServerResponse.noContent().build());
    }

    Mono<ServerResponse> deleteRelationship(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("source", "target", "type"));
        String source = query.id("source");
        String target = query.id("target");
        String type = query.fields().type("type", query.id("type"));
        query.finish();
        return relationships
                .delete(source, target, type)
                .then(ServerResponse.noContent().build());
    }
}
