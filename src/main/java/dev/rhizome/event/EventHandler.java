package dev.rhizome.event;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.quota.Quotas;
import dev.rhizome.quota.RowKind;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.LowerTypeName;
import dev.rhizome.validation.PageSize;
import dev.rhizome.validation.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that write and read events. */
final class EventHandler {

    private static final Duration USUAL_WINDOW = Duration.ofDays(30);

    private final EventWriter writer;
    private final BatchWriter<EventInput> within;
    private final EventRepository events;
    private final Writes writes;
    private final RequestReader reader;
    private final Streams streams;
    private final Listing listing;

    EventHandler(
            EventWriter writer,
            Quotas quotas,
            EventRepository events,
            Writes writes,
            RequestReader reader,
            Streams streams,
            Listing listing) {
        this.writer = writer;
        this.within = quotas.within(writer, RowKind.EVENTS, events::storedKeys);
        this.events = events;
        this.writes = writes;
        this.reader = reader;
        this.streams = streams;
        this.listing = listing;
    }

    private record EventPath(@Identifier String id) {}

    private record NoParameters() {}

    private record EventsParameters(
            @Nullable @Identifier String agentId,
            @Nullable @Identifier String taskId,
            @Nullable @LowerTypeName String type,
            @Default(Times.EARLIEST) Instant since,
            @Default(Times.LATEST) Instant until,
            @Default("50") @PageSize int limit,

            @Nullable @CursorOf({Cursor.Part.TIME, Cursor.Part.WHOLE})
            Cursor cursor)
            implements Paged {

        private EventRepository.Filter filter() {
            return new EventRepository.Filter(agentId, taskId, type, since, until);
        }
    }

    private record StatsParameters(
            @Nullable @Identifier String agentId,
            @Nullable Instant since,
            @Nullable Instant until) {

        private Instant sinceOr(Instant otherwise) {
            return since == null ? otherwise : since;
        }

        private Instant untilOr(Instant otherwise) {
            return until == null ? otherwise : until;
        }
    }

    private record Stats(Instant since, Instant until, long events, List<EventRepository.TypeStats> types) {}

    Mono<ServerResponse> append(ServerRequest request) {
        return writes.put(request, EventBody.class, body -> body.event(writer.now()), within);
    }

    Mono<ServerResponse> list(ServerRequest request) {
        EventsParameters wanted = reader.parameters(request, EventsParameters.class);
        return listing.respond(
                request,
                wanted,
                events.list(wanted.filter(), wanted.cursor(), wanted.fetch()),
                new Listing.Shape<>("event", Event::cursor));
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return events.get(reader.parameters(request, EventPath.class).id()).flatMap(streams::json);
    }

    Mono<ServerResponse> stats(ServerRequest request) {
        StatsParameters wanted = reader.parameters(request, StatsParameters.class);
        Instant until = wanted.untilOr(writer.now().plus(Duration.ofHours(1)));
        Instant since = wanted.sinceOr(until.minus(USUAL_WINDOW));
        return events.stats(new EventRepository.Filter(wanted.agentId(), null, null, since, until))
                .map(types -> new Stats(
                        since,
                        until,
                        types.stream()
                                .mapToLong(EventRepository.TypeStats::events)
                                .sum(),
                        types))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> health(ServerRequest request) {
        NoParameters ignored = reader.parameters(request, NoParameters.class);
        return events.health().flatMap(streams::json);
    }
}
