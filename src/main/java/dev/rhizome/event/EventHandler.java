package dev.rhizome.event;

import dev.rhizome.http.Bodies;
import dev.rhizome.http.BulkIngest;
import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.StreamFormat;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.InvalidRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that write, read and verify events. */
final class EventHandler {

    static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");
    static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");
    private static final Duration USUAL_WINDOW = Duration.ofDays(30);

    private final EventWriter writer;
    private final EventRepository events;
    private final EventVerifier verifier;
    private final Shared shared;

    EventHandler(EventWriter writer, EventRepository events, EventVerifier verifier, Shared shared) {
        this.writer = writer;
        this.events = events;
        this.verifier = verifier;
        this.shared = shared;
    }

    /** What reads bodies and writes answers. */
    record Shared(Bodies bodies, BulkIngest ingest, Streams streams, Listing listing) {}

    private record Stats(Instant since, Instant until, long events, List<EventRepository.TypeStats> types) {}

    Mono<ServerResponse> append(ServerRequest request) {
        if (Bodies.isNdjson(request)) {
            return shared.ingest().ingest(request, json -> EventInput.parse(json, writer.now()), writer);
        }
        return shared.bodies()
                .json(request)
                .map(json -> EventInput.parse(json, writer.now()))
                .flatMap(event ->
                        writer.write(List.of(event)).flatMap(results -> Writes.answer(event.id(), results.getFirst())));
    }

    Mono<ServerResponse> list(ServerRequest request) {
        QueryParameters query =
                new QueryParameters(request, Set.of("agentId", "taskId", "type", "since", "until", "limit", "cursor"));
        EventRepository.Filter filter = new EventRepository.Filter(
                Words.id(query, "agentId"),
                Words.id(query, "taskId"),
                Words.type(query, "type"),
                query.instant("since", EARLIEST),
                query.instant("until", LATEST));
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.TIME, Cursor.Part.NUMBER);
        return shared.listing()
                .respond(
                        request,
                        paging,
                        events.list(filter, after, paging.fetch()),
                        new Listing.Shape<>("event", Event::cursor));
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return events.get(request.pathVariable("id")).flatMap(shared.streams()::json);
    }

    Mono<ServerResponse> stats(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("agentId", "since", "until"));
        String agent = Words.id(query, "agentId");
        Instant until = query.instant("until", writer.now().plus(Duration.ofHours(1)));
        Instant since = query.instant("since", until.minus(USUAL_WINDOW));
        query.finish();
        return events.stats(new EventRepository.Filter(agent, null, null, since, until))
                .map(types -> new Stats(
                        since,
                        until,
                        types.stream()
                                .mapToLong(EventRepository.TypeStats::events)
                                .sum(),
                        types))
                .flatMap(shared.streams()::json);
    }

    Mono<ServerResponse> health(ServerRequest request) {
        new QueryParameters(request, Set.of()).finish();
        return events.health().flatMap(shared.streams()::json);
    }

    Mono<ServerResponse> verify(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("from", "to"));
        Verification.Range range = new Verification.Range(place(query, "from", 1), place(query, "to", Long.MAX_VALUE));
        query.finish();
        if (range.to() < range.from()) {
            throw InvalidRequest.of("to", range.to(), "not less than from");
        }
        StreamFormat format = StreamFormat.of(request);
        return format == StreamFormat.JSON
                ? verifier.verify(range)
                        .last()
                        .flatMap(done -> shared.streams().json(done.getFirst().data()))
                : shared.streams().respond(request, format, verifier.verify(range));
    }

    private static long place(QueryParameters query, String name, long otherwise) {
        String value = query.text(name);
        if (value == null) {
            return otherwise;
        }
        try {
            long place = Long.parseLong(value);
            if (place > 0) {
                return place;
            }
        } catch (NumberFormatException e) {
            // the same answer as out of range
        }
        query.fields().reject(name, value, "a sequence from 1 on");
        return otherwise;
    }
}
