package dev.rhizome.agent.network;

import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import java.util.Set;
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
    private final Listing listing;

    EvidenceHandler(EvidenceRepository evidence, CapabilityRepository capabilities, Writes writes, Listing listing) {
        this.evidence = evidence;
        this.capabilities = capabilities;
        this.writes = writes;
        this.listing = listing;
    }

    Mono<ServerResponse> put(ServerRequest request) {
        return writes.put(request, EvidenceInput::parse, evidence.of(CapabilityHandler.agent(request)));
    }

    Mono<ServerResponse> list(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("name", "limit", "cursor"));
        String node = CapabilityHandler.node(query);
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), 3);
        return capabilities
                .knownAgent(CapabilityHandler.agent(request))
                .flatMap(agent ->
                        listing.respond(request, paging, evidence.list(agent, node, after, paging.fetch()), EVIDENCE));
    }
}
