package dev.rhizome.agent.network;

import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about the network that agents form: who is central, and what one agent's part in it comes to. */
final class NetworkHandler {

    private static final Listing.Shape<CentralityRepository.Central> CENTRALITY =
            new Listing.Shape<>("agent", CentralityRepository.Central::cursor);

    private final CentralityRepository centrality;
    private final SummaryRepository summaries;
    private final Listing listing;
    private final Streams streams;

    NetworkHandler(CentralityRepository centrality, SummaryRepository summaries, Listing listing, Streams streams) {
        this.centrality = centrality;
        this.summaries = summaries;
        this.listing = listing;
        this.streams = streams;
    }

    Mono<ServerResponse> summary(ServerRequest request) {
        return summaries.of(request.pathVariable("id")).flatMap(streams::json);
    }

    Mono<ServerResponse> computeCentrality(ServerRequest request) {
        return centrality.compute().flatMap(streams::json);
    }

    Mono<ServerResponse> listCentrality(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("limit", "cursor"));
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.NUMBER, Cursor.Part.TEXT);
        return listing.respond(request, paging, centrality.list(after, paging.fetch()), CENTRALITY);
    }
}
