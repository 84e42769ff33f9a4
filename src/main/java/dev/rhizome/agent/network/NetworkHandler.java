package dev.rhizome.agent.network;

import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.PageSize;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about the network that agents form: who is central, and what one agent's part in it comes to. */
final class NetworkHandler {

    private static final Listing.Shape<CentralityRepository.Central> CENTRALITY =
            new Listing.Shape<>("agent", CentralityRepository.Central::cursor);

    private final CentralityRepository centrality;
    private final SummaryRepository summaries;
    private final RequestReader reader;
    private final Listing listing;
    private final Streams streams;

    NetworkHandler(
            CentralityRepository centrality,
            SummaryRepository summaries,
            RequestReader reader,
            Listing listing,
            Streams streams) {
        this.centrality = centrality;
        this.summaries = summaries;
        this.reader = reader;
        this.listing = listing;
        this.streams = streams;
    }

    private record CentralityParameters(
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.NUMBER, Cursor.Part.TEXT})
            Cursor cursor)
            implements Paged {}

    Mono<ServerResponse> summary(ServerRequest request) {
        return summaries.of(reader.parameters(request, NetworkPath.class).id()).flatMap(streams::json);
    }

    Mono<ServerResponse> computeCentrality(ServerRequest request) {
        return centrality.compute().flatMap(streams::json);
    }

    Mono<ServerResponse> listCentrality(ServerRequest request) {
        CentralityParameters wanted = reader.parameters(request, CentralityParameters.class);
        return listing.respond(request, wanted, centrality.list(wanted.cursor(), wanted.fetch()), CENTRALITY);
    }
}
