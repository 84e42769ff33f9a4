package dev.rhizome.provenance;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.http.BulkIngest;
import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.quota.Quotas;
import dev.rhizome.quota.RowKind;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.PageSize;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.Times;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that add and read entries. */
final class ProvenanceHandler {

    private record Appended(String id, String status, long sequence, String hash) {}

    private record EntriesParameters(
            @Nullable EntryType type,
            @Default(Times.EARLIEST) Instant since,
            @Default(Times.LATEST) Instant until,
            @Nullable @Text(max = LONGEST) String writer,
            @Nullable @Text(max = LONGEST) String reference,
            @Default("50") @PageSize int limit,
            @Nullable @CursorOf(Cursor.Part.NUMBER) Cursor cursor)
            implements Paged {

        private static final int LONGEST = 500;

        private ProvenanceRepository.Filter filter() {
            return new ProvenanceRepository.Filter(type == null ? null : type.label(), writer, since, until, reference);
        }

        private EntriesParameters naming() {
            if (reference == null) {
                throw InvalidRequest.of("reference", "missing", "a constitutional rule");
            }
            return this;
        }
    }

    private final ProvenanceRepository entries;
    private final BatchWriter<EntryInput> writer;
    private final RequestReader reader;
    private final BulkIngest ingest;
    private final Streams streams;
    private final Listing listing;

    ProvenanceHandler(
            ProvenanceRepository entries,
            ProvenanceWriter writer,
            Quotas quotas,
            RequestReader reader,
            BulkIngest ingest,
            Streams streams,
            Listing listing) {
        this.entries = entries;
        this.writer = quotas.within(writer, RowKind.PROVENANCE_ENTRIES, entries::storedKeys);
        this.reader = reader;
        this.ingest = ingest;
        this.streams = streams;
        this.listing = listing;
    }

    Mono<ServerResponse> append(ServerRequest request) {
        if (RequestReader.isNdjson(request)) {
            return ingest.ingest(request, reader.json(EntryBody.class).andThen(EntryBody::entry), writer);
        }
        return reader.body(request, EntryBody.class).map(EntryBody::entry).flatMap(this::append);
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
        return entries.get(reader.parameters(request, EntryPath.class).key())
                .map(EntryView::of)
                .flatMap(streams::json);
    }

    Mono<ServerResponse> list(ServerRequest request) {
        return list(request, reader.parameters(request, EntriesParameters.class));
    }

    /** As {@link #list}; the reference is required. */
    Mono<ServerResponse> precedents(ServerRequest request) {
        return list(request, reader.parameters(request, EntriesParameters.class).naming());
    }

    private Mono<ServerResponse> list(ServerRequest request, EntriesParameters wanted) {
        return listing.respond(
                request,
                wanted,
                entries.list(wanted.filter(), before(wanted.cursor()), wanted.fetch())
                        .map(EntryView::of),
                new Listing.Shape<>("entry", EntryView::cursor));
    }

    /** The sequence behind which the page begins; a cursor past the end gives an empty page. */
    static long before(@Nullable Cursor after) {
        return after == null
                ? Long.MAX_VALUE
                : (long) Double.parseDouble(after.key().getFirst());
    }
}
