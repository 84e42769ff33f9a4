package dev.rhizome.agent.network;

import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.PageSize;
import dev.rhizome.validation.Text;
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
    private final RequestReader reader;
    private final Listing listing;

    CapabilityHandler(
            CapabilityRepository capabilities,
            CapabilityWriter writer,
            Writes writes,
            RequestReader reader,
            Listing listing) {
        this.capabilities = capabilities;
        this.writer = writer;
        this.writes = writes;
        this.reader = reader;
        this.listing = listing;
    }

    private record CapabilitiesParameters(
            @Identifier String id,

            @Nullable @Text(min = 0, max = CapabilityInput.LONGEST_NAME)
            String name,

            @Nullable @Text(min = 0, max = 64) String validationStatus,
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.RATIO, Cursor.Part.TEXT})
            Cursor cursor)
            implements Paged {

        private CapabilityRepository.Filter filter() {
            return new CapabilityRepository.Filter(validationStatus, CapabilityInput.nodeOf(name));
        }
    }

    private record CapabilityParameters(
            @Identifier String id,
            @Text(max = CapabilityInput.LONGEST_NAME) String name) {}

    Mono<ServerResponse> put(ServerRequest request) {
        return writes.put(request, CapabilityInput.class, writer.of(agent(request)));
    }

    Mono<ServerResponse> list(ServerRequest request) {
        CapabilitiesParameters wanted = reader.parameters(request, CapabilitiesParameters.class);
        return capabilities
                .knownAgent(wanted.id())
                .flatMap(agent -> listing.respond(
                        request,
                        wanted,
                        capabilities.list(agent, wanted.filter(), wanted.cursor(), wanted.fetch()),
                        CAPABILITIES));
    }

    Mono<ServerResponse> delete(ServerRequest request) {
        CapabilityParameters named = reader.parameters(request, CapabilityParameters.class);
        return capabilities
                .delete(named.id(), CapabilityInput.canonical(named.name()))
                .then(ServerResponse.noContent().build());
    }

    Mono<ServerResponse> demonstrate(ServerRequest request) {
        String agent = agent(request);
        return reader.body(request, Demonstration.class)
                .flatMap(demonstration -> capabilities.demonstrate(agent, demonstration))
                .then(ServerResponse.noContent().build());
    }

    private String agent(ServerRequest request) {
        return reader.parameters(request, NetworkPath.class).id();
    }
}
