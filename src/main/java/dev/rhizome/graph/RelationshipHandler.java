package dev.rhizome.graph;

import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Writes;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that write and remove relationships. */
final class RelationshipHandler {

    private final RelationshipRepository relationships;
    private final Writes writes;

    RelationshipHandler(RelationshipRepository relationships, Writes writes) {
        this.relationships = relationships;
        this.writes = writes;
    }

    Mono<ServerResponse> put(ServerRequest request) {
        return writes.put(request, RelationshipInput::parse, relationships);
    }

    Mono<ServerResponse> delete(ServerRequest request) {
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
