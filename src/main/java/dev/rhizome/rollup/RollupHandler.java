package dev.rhizome.rollup;

import dev.rhizome.event.EventFields;
import dev.rhizome.event.EventRetention;
import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests for roll-ups, and for a run of retention, which waits for them. */
final class RollupHandler {

    private final RollupRepository rollups;
    private final EventRetention retention;
    private final Streams streams;
    private final Listing listing;

    RollupHandler(RollupRepository rollups, EventRetention retention, Streams streams, Listing listing) {
        this.rollups = rollups;
        this.retention = retention;
        this.streams = streams;
        this.listing = listing;
    }

    Mono<ServerResponse> list(ServerRequest request) {
        QueryParameters query =
                new QueryParameters(request, Set.of("agentId", "type", "since", "until", "limit", "cursor"));
        RollupRepository.Filter filter = new RollupRepository.Filter(
                EventFields.id(query, "agentId"),
                EventFields.type(query, "type"),
                query.instant("since", EventFields.EARLIEST),
                query.instant("until", EventFields.LATEST));
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.TIME, Cursor.Part.TEXT, Cursor.Part.TEXT);
        return listing.respond(
                request,
                paging,
                rollups.list(filter, after, paging.fetch()),
                new Listing.Shape<>("rollup", Rollup::cursor));
    }

    Mono<ServerResponse> retain(ServerRequest request) {
        new QueryParameters(request, Set.of()).finish();
        return rollups.catchUp().then(retention.apply()).flatMap(streams::json);
    }
}
