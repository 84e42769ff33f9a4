package dev.rhizome.agent.network;

import dev.rhizome.http.Bodies;
import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about capabilities of agents. */
final class CapabilityHandler {

    private static final Listing.Shape<Capability> CAPABILITIES = new Listing.Shape<>("capability", Capability::cursor);

    private final CapabilityRepository capabilities;
    private final CapabilityWriter writer;
    private final Writes writes;
    private final Bodies bodies;
    private final Listing listing;

    CapabilityHandler(
            CapabilityRepository capabilities, CapabilityWriter writer, Writes writes, Bodies bodies, Listing listing) {
        this.capabilities = capabilities;
        this.writer = writer;
        this.writes = writes;
        this.bodies = bodies;
        this.listing = listing;
    }

    Mono<ServerResponse> put(ServerRequest request) {
        return writes.put(request, CapabilityInput::parse, writer.of(agent(request)));
    }

    Mono<ServerResponse> list(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("name", "validationStatus", "limit", "cursor"));
        CapabilityRepository.Filter filter =
                new CapabilityRepository.Filter(query.text("validationStatus"), node(query));
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.NUMBER, Cursor.Part.TEXT);
        return capabilities
                .knownAgent(agent(request))
                .flatMap(agent -> listing.respond(
                        request, paging, capabilities.list(agent, filter, after, paging.fetch()), CAPABILITIES));
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("name"));
        String name = query.text("name");
        if (name == null) {
            query.fields().reject("name", "missing", "the name of a capability");
        }
        query.finish();
        return capabilities
                .delete(agent(request), CapabilityInput.canonical(String.valueOf(name)))
                .then(ServerResponse.noContent().build());
    }

    Mono<ServerResponse> demonstrate(ServerRequest request) {
        return bodies.json(request)
                .map(Demonstration::parse)
                .flatMap(demonstration -> capabilities.demonstrate(agent(request), demonstration))
                .then(ServerResponse.noContent().build());
    }

    /** The node of the capability that {@code name} names, null where it is not given. */
    static @Nullable String node(QueryParameters query) {
        String name = query.text("name");
        return name == null ? null : CapabilityInput.nodeId(CapabilityInput.canonical(name));
    }

    static String agent(ServerRequest request) {
        return request.pathVariable("id");
    }
}
