package dev.rhizome.provenance;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.http.Bodies;
import dev.rhizome.http.BulkIngest;
import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.NotFound;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that add and read entries. */
final class ProvenanceHandler {

    private record Appended(String id, String status, long sequence, String hash) {}

    private static final Set<String> PARAMETERS =
            Set.of("type", "since", "until", "writer", "reference", "limit", "cursor");
    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");
    private static final int LONGEST = 500;

    private final ProvenanceRepository entries;
    private final ProvenanceWriter writer;
    private final Bodies bodies;
    private final BulkIngest ingest;
    private final Streams streams;
    private final Listing listing;

    ProvenanceHandler(
            ProvenanceRepository entries,
            ProvenanceWriter writer,
            Bodies bodies,
            BulkIngest ingest,
            Streams streams,
            Listing listing) {
        this.entries = entries;
        this.writer = writer;
        this.bodies = bodies;
        this.ingest = ingest;
        this.streams = streams;
        this.listing = listing;
    }

    Mono<ServerResponse> append(ServerRequest request) {
        if (Bodies.isNdjson(request)) {
            return ingest.ingest(request, EntryInput::parse, writer);
        }
        return bodies.json(request).map(EntryInput::parse).flatMap(this::append);
    }

    private Mono<ServerResponse> append(EntryInput entry) {
        return writer.write(List.of(entry)).flatMap(results -> answer(entry, results.getFirst()));
    }

    private Mono<ServerResponse> answer(EntryInput entry, BatchWriter.Result result) {
        Outcome outcome = result.outcome();
        Throwable problem = result.problem();
        if (outcome == null) {
            return Mono.error(problem == null ? new IllegalStateException("neither written nor refused") : problem);
        }
        HttpStatus status = outcome == Outcome.CREATED ? HttpStatus.CREATED : HttpStatus.OK;
        return entries.get(entry.entryKey())
                .map(stored -> new Appended(entry.key(), outcome.label(), stored.sequence(), stored.link()))
                .flatMap(appended -> ServerResponse.status(status).bodyValue(appended));
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return entries.get(key(request)).map(EntryView::of).flatMap(streams::json);
    }

    Mono<ServerResponse> list(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, PARAMETERS);
        return list(request, query, text(query, "reference"));
    }

    /** As {@link #list}; the reference is required. */
    Mono<ServerResponse> precedents(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, PARAMETERS);
        String reference = text(query, "reference");
        if (reference == null) {
            query.fields().reject("reference", "missing", "a constitutional rule");
        }
        return list(request, query, reference);
    }

    private Mono<ServerResponse> list(ServerRequest request, QueryParameters query, @Nullable String reference) {
        EntryType type = query.word("type", EntryType.ERASURE, EntryType.NAMES);
        ProvenanceRepository.Filter filter = new ProvenanceRepository.Filter(
                query.text("type") == null ? null : type.label(),
                text(query, "writer"),
                query.instant("since", Instant.EPOCH),
                query.instant("until", LATEST),
                reference);
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        return listing.respond(
                request,
                paging,
                entries.list(filter, before(paging), paging.fetch()).map(EntryView::of),
                new Listing.Shape<>("entry", EntryView::cursor));
    }

    /** The sequence behind which the page begins; a cursor past the end gives an empty page. */
    static long before(Listing.Paging paging) {
        Cursor after = Cursor.decode(paging.cursor(), Cursor.Part.NUMBER);
        return after == null
                ? Long.MAX_VALUE
                : (long) Double.parseDouble(after.key().getFirst());
    }

    private static @Nullable String text(QueryParameters query, String name) {
        String text = query.text(name);
        return text == null ? null : query.fields().text(name, text, 1, LONGEST);
    }

    /** The entry that the path names; an error of {@link NotFound} where there is no such type. */
    static EntryKey key(ServerRequest request) {
        EntryKey key = new EntryKey(request.pathVariable("type"), request.pathVariable("id"));
        if (!EntryType.NAMES.containsKey(key.type()) || key.id().indexOf('\0') >= 0) {
            throw new NotFound("provenance entry", key.nodeId());
        }
        return key;
    }
}
