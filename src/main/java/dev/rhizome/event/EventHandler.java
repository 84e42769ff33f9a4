package dev.rhizome.event;

import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.StreamEvent;
import dev.rhizome.http.StreamFormat;
import dev.rhizome.http.Streams;
import dev.rhizome.http.Writes;
import dev.rhizome.ledger.ChainWalk;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.InvalidRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Requests that write, read and verify events. */
final class EventHandler {

    private static final Duration USUAL_WINDOW = Duration.ofDays(30);

    private final EventWriter writer;
    private final EventRepository events;
    private final EventVerification verification;
    private final Writes writes;
    private final Streams streams;
    private final Listing listing;

    EventHandler(
            EventWriter writer,
            EventRepository events,
            EventVerification verification,
            Writes writes,
            Streams streams,
            Listing listing) {
        this.writer = writer;
        this.events = events;
        this.verification = verification;
        this.writes = writes;
        this.streams = streams;
        this.listing = listing;
    }

    private record Stats(Instant since, Instant until, long events, List<EventRepository.TypeStats> types) {}

    Mono<ServerResponse> append(ServerRequest request) {
        return writes.put(request, json -> EventInput.parse(json, writer.now()), writer);
    }

    Mono<ServerResponse> list(ServerRequest request) {
        QueryParameters query =
                new QueryParameters(request, Set.of("agentId", "taskId", "type", "since", "until", "limit", "cursor"));
        EventRepository.Filter filter = new EventRepository.Filter(
                EventFields.id(query, "agentId"),
                EventFields.id(query, "taskId"),
                EventFields.type(query, "type"),
                query.instant("since", EventFields.EARLIEST),
                query.instant("until", EventFields.LATEST));
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.TIME, Cursor.Part.NUMBER);
        return listing.respond(
                request,
                paging,
                events.list(filter, after, paging.fetch()),
                new Listing.Shape<>("event", Event::cursor));
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return events.get(request.pathVariable("id")).flatMap(streams::json);
    }

    Mono<ServerResponse> stats(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("agentId", "since", "until"));
        String agent = EventFields.id(query, "agentId");
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
                .flatMap(streams::json);
    }

    Mono<ServerResponse> health(ServerRequest request) {
        new QueryParameters(request, Set.of()).finish();
        return events.health().flatMap(streams::json);
    }

    Mono<ServerResponse> verify(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("from", "to"));
        ChainWalk.Range range = new ChainWalk.Range(sequence(query, "from", 1), sequence(query, "to", Long.MAX_VALUE));
        query.finish();
        if (range.to() < range.from()) {
            throw InvalidRequest.of("to", range.to(), "not less than from");
        }
        StreamFormat format = StreamFormat.of(request);
        Flux<EventVerification.Step> steps = verification.verify(range);
        return format == StreamFormat.JSON
                ? steps.last().flatMap(streams::json)
                : streams.respond(request, format, steps.map(EventHandler::stage));
    }

    private static List<StreamEvent> stage(EventVerification.Step step) {
        return List.of(
                step instanceof EventVerification.Done ? StreamEvent.done(step) : StreamEvent.of("progress", step));
    }

    private static long sequence(QueryParameters query, String name, long otherwise) {
        String value = query.text(name);
        if (value == null) {
            return otherwise;
        }
        try {
            long sequence = Long.parseLong(value);
            if (sequence > 0) {
                return sequence;
            }
        } catch (NumberFormatException e) {
            // the same answer as out of range
        }
        query.fields().reject(name, value, "a sequence from 1 on");
        return otherwise;
    }
}
