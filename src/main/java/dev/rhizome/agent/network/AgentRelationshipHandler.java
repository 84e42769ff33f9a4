package dev.rhizome.agent.network;

import dev.rhizome.http.Bodies;
import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about relationships of agents. */
final class AgentRelationshipHandler {

    private static final Listing.Shape<AgentRelationship> RELATIONSHIPS =
            new Listing.Shape<>("relationship", AgentRelationship::cursor);

    private final AgentRelationshipRepository relationships;
    private final CapabilityRepository capabilities;
    private final Writes writes;
    private final Bodies bodies;
    private final Listing listing;
    private final Streams streams;

    AgentRelationshipHandler(
            AgentRelationshipRepository relationships,
            CapabilityRepository capabilities,
            Writes writes,
            Bodies bodies,
            Listing listing,
            Streams streams) {
        this.relationships = relationships;
        this.capabilities = capabilities;
        this.writes = writes;
        this.bodies = bodies;
        this.listing = listing;
        this.streams = streams;
    }

    Mono<ServerResponse> put(ServerRequest request) {
        return writes.put(request, AgentRelationshipInput::parse, relationships);
    }

    Mono<ServerResponse> observe(ServerRequest request) {
        return bodies.json(request)
                .map(ObservationInput::parse)
                .flatMap(relationships::observe)
                .flatMap(streams::json);
    }

    Mono<ServerResponse> list(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("type", "limit", "cursor"));
        String type = query.text("type");
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), 3);
        return capabilities
                .knownAgent(request.pathVariable("id"))
                .flatMap(agent -> listing.respond(
                        request, paging, relationships.list(agent, type, after, paging.fetch()), RELATIONSHIPS));
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("source", "target", "type"));
        AgentRelationshipInput.Key key = new AgentRelationshipInput.Key(
                query.id("source"), query.fields().type("type", query.id("type")), query.id("target"));
        query.finish();
        return relationships.delete(key).then(ServerResponse.noContent().build());
    }
}
