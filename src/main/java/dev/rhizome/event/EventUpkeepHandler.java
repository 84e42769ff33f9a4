package dev.rhizome.event;

import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.paging.Cursor;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests about what the background jobs make of events. */
final class EventUpkeepHandler {

    private final RollupRepository rollups;
    private final EventRetention retention;
    private final EventHandler.Shared shared;

    EventUpkeepHandler(RollupRepository rollups, EventRetention retention, EventHandler.Shared shared) {
        this.rollups = rollups;
        this.retention = retention;
        this.shared = shared;
    }

    Mono<ServerResponse> rollups(ServerRequest request) {
        QueryParameters query =
                new QueryParameters(request, Set.of("agentId", "type", "since", "until", "limit", "cursor"));
        EventRepository.Filter filter = new EventRepository.Filter(
                Words.id(query, "agentId"),
                null,
                Words.type(query, "type"),
                query.instant("since", EventHandler.EARLIEST),
                query.instant("until", EventHandler.LATEST));
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.TIME, Cursor.Part.TEXT, Cursor.Part.TEXT);
        return shared.listing()
                .respond(
                        request,
                        paging,
                        rollups.list(filter, after, paging.fetch()),
                        new Listing.Shape<>("rollup", Rollup::cursor));
    }

    Mono<ServerResponse> retain(ServerRequest request) {
        new QueryParameters(request, Set.of()).finish();
        return rollups.catchUp().then(retention.apply()).flatMap(shared.streams()::json);
    }
}
