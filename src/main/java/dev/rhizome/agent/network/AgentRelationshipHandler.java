package dev.rhizome.agent.network;

import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.PageSize;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.TypeName;
import org.jspecify.annotations.Nullable;
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
    private final RequestReader reader;
    private final Listing listing;
    private final Streams streams;

    AgentRelationshipHandler(
            AgentRelationshipRepository relationships,
            CapabilityRepository capabilities,
            Writes writes,
            RequestReader reader,
            Listing listing,
            Streams streams) {
        this.relationships = relationships;
        this.capabilities = capabilities;
        this.writes = writes;
        this.reader = reader;
        this.listing = listing;
        this.streams = streams;
    }

    private record RelationshipsParameters(
            @Identifier String id,
            @Nullable @Text(min = 0, max = 64) String type,
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TEXT, Cursor.Part.TEXT, Cursor.Part.TEXT, Cursor.Part.FLAG})
            Cursor cursor)
            implements Paged {}

    private record KeyParameters(
            @Identifier String source,
            @Identifier String target,
            @TypeName String type,
            @Nullable Boolean directed) {}

    Mono<ServerResponse> put(ServerRequest request) {
        return writes.put(request, AgentRelationshipInput.class, relationships);
    }

    Mono<ServerResponse> observe(ServerRequest request) {
        return reader.body(request, ObservationInput.class)
                .flatMap(relationships::observe)
                .flatMap(streams::json);
    }

    Mono<ServerResponse> list(ServerRequest request) {
        RelationshipsParameters wanted = reader.parameters(request, RelationshipsParameters.class);
        return capabilities
                .knownAgent(wanted.id())
                .flatMap(agent -> listing.respond(
                        request,
                        wanted,
                        relationships.list(agent, wanted.type(), wanted.cursor(), wanted.fetch()),
                        RELATIONSHIPS));
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        KeyParameters named = reader.parameters(request, KeyParameters.class);
        return relationships
                .delete(named.source(), named.type(), named.target(), named.directed())
                .then(ServerResponse.noContent().build());
    }
}
