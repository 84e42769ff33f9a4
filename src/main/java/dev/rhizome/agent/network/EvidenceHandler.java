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

/** Requests about the evidence for capabilities of agents. */
final class EvidenceHandler {

    private static final Listing.Shape<EvidenceRepository.Evidence> EVIDENCE =
            new Listing.Shape<>("evidence", EvidenceRepository.Evidence::cursor);

    private final EvidenceRepository evidence;
    private final CapabilityRepository capabilities;
    private final Writes writes;
    private final RequestReader reader;
    private final Listing listing;

    EvidenceHandler(
            EvidenceRepository evidence,
            CapabilityRepository capabilities,
            Writes writes,
            RequestReader reader,
            Listing listing) {
        this.evidence = evidence;
        this.capabilities = capabilities;
        this.writes = writes;
        this.reader = reader;
        this.listing = listing;
    }

    private record EvidenceParameters(
            @Identifier String id,

            @Nullable @Text(min = 0, max = CapabilityInput.LONGEST_NAME)
            String name,

            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TEXT, Cursor.Part.TEXT, Cursor.Part.TEXT})
            Cursor cursor)
            implements Paged {}

    Mono<ServerResponse> put(ServerRequest request) {
        String agent = reader.parameters(request, NetworkPath.class).id();
        return writes.put(request, EvidenceInput.class, evidence.of(agent));
    }

    Mono<ServerResponse> list(ServerRequest request) {
        EvidenceParameters wanted = reader.parameters(request, EvidenceParameters.class);
        String node = CapabilityInput.nodeOf(wanted.name());
        return capabilities
                .knownAgent(wanted.id())
                .flatMap(agent -> listing.respond(
                        request, wanted, evidence.list(agent, node, wanted.cursor(), wanted.fetch()), EVIDENCE));
    }
}
