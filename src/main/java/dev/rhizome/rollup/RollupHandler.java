package dev.rhizome.rollup;

import dev.rhizome.event.EventRetention;
import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.LowerTypeName;
import dev.rhizome.validation.PageSize;
import dev.rhizome.validation.Times;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests for roll-ups, and for a run of retention, which waits for them. */
final class RollupHandler {

    private final RollupRepository rollups;
    private final EventRetention retention;
    private final RequestReader reader;
    private final Streams streams;
    private final Listing listing;

    RollupHandler(
            RollupRepository rollups,
            EventRetention retention,
            RequestReader reader,
            Streams streams,
            Listing listing) {
        this.rollups = rollups;
        this.retention = retention;
        this.reader = reader;
        this.streams = streams;
        this.listing = listing;
    }

    private record NoParameters() {}

    private record RollupsParameters(
            @Nullable @Identifier String agentId,
            @Nullable @LowerTypeName String type,
            @Default(Times.EARLIEST) Instant since,
            @Default(Times.LATEST) Instant until,
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TIME, Cursor.Part.TEXT, Cursor.Part.TEXT})
            Cursor cursor)
            implements Paged {

        private RollupRepository.Filter filter() {
            return new RollupRepository.Filter(agentId, type, since, until);
        }
    }

    Mono<ServerResponse> list(ServerRequest request) {
        RollupsParameters wanted = reader.parameters(request, RollupsParameters.class);
        return listing.respond(
                request,
                wanted,
                rollups.list(wanted.filter(), wanted.cursor(), wanted.fetch()),
                new Listing.Shape<>("rollup", Rollup::cursor));
    }

    Mono<ServerResponse> retain(ServerRequest request) {
        NoParameters ignored = reader.parameters(request, NoParameters.class);
        return rollups.catchUp().then(retention.apply()).flatMap(streams::json);
    }
}
