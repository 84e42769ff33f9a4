package dev.rhizome.graph;

import dev.rhizome.http.BatchWriter;
import dev.rhizome.http.Bodies;
import dev.rhizome.http.BulkIngest;
import dev.rhizome.http.BulkItem;
import dev.rhizome.http.Outcome;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Streams;
import dev.rhizome.problem.RhizomeException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
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
    record Shared(Bodies bodies, BulkIngest ingest, Streams streams) {}

    Mono<ServerResponse> putEntities(ServerRequest request) {
        return put(request, EntityInput::parse, writer);
    }

    Mono<ServerResponse> putRelationships(ServerRequest request) {
        return put(request, RelationshipInput::parse, relationships);
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

    private <T extends BulkItem> Mono<ServerResponse> put(
            ServerRequest request, Function<byte[], T> parse, BatchWriter<T> into) {
        if (Bodies.isNdjson(request)) {
            return shared.ingest().ingest(request, parse, into);
        }
        return shared.bodies()
                .json(request)
                .map(parse)
                .flatMap(item -> into.write(List.of(item)).flatMap(results -> answer(item, results.getFirst())));
    }

    private static Mono<ServerResponse> answer(BulkItem item, BatchWriter.Result result) {
        Outcome outcome = result.outcome();
        RhizomeException problem = result.problem();
        if (outcome == null) {
            return Mono.error(problem == null ? new IllegalStateException("neither written nor refused") : problem);
        }
        return ServerResponse.status(outcome == Outcome.CREATED ? HttpStatus.CREATED : HttpStatus.OK)
                .bodyValue(Map.of("id", item.key(), "status", outcome.label()));
    }
}
