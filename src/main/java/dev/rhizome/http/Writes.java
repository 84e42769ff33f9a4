package dev.rhizome.http;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.BulkItem;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.quota.Quotas;
import java.util.List;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Answers requests that write one thing as JSON, or any number of them as NDJSON. */
public final class Writes {

    private record Written(String id, String status) {}

    private final RequestReader reader;
    private final BulkIngest ingest;
    private final Quotas quotas;

    /** Reads through {@code reader}, many through {@code ingest}, and writes as long as {@code quotas} have room for bytes. */
    public Writes(RequestReader reader, BulkIngest ingest, Quotas quotas) {
        this.reader = reader;
        this.ingest = ingest;
        this.quotas = quotas;
    }

    /**
     * Writes what the body has.
     *
     * @param type what one JSON object is
     * @return for one thing its id and status, 201 where it was created; for lines a line each and a summary
     */
    public <T extends BulkItem> Mono<ServerResponse> put(ServerRequest request, Class<T> type, BatchWriter<T> into) {
        return put(request, type, Function.identity(), into);
    }

    /**
     * Writes what is made of what the body has.
     *
     * @param type what one JSON object is
     * @param make makes what is written of it, or throws what is wrong with it
     * @return as {@link #put(ServerRequest, Class, BatchWriter)}
     */
    public <B, T extends BulkItem> Mono<ServerResponse> put(
            ServerRequest request, Class<B> type, Function<B, T> make, BatchWriter<T> into) {
        BatchWriter<T> within = quotas.withinBytes(into);
        return RequestReader.isNdjson(request)
                ? ingest.ingest(request, reader.json(type).andThen(make), within)
                : reader.body(request, type).map(make).flatMap(item -> put(item, within));
    }

    private static <T extends BulkItem> Mono<ServerResponse> put(T item, BatchWriter<T> into) {
        return into.write(List.of(item)).flatMap(results -> answer(item.key(), results.getFirst()));
    }

    /** The answer to a request that wrote one thing: its id and status, or the problem that kept it out. */
    public static Mono<ServerResponse> answer(String id, BatchWriter.Result result) {
        Outcome outcome = result.outcome();
        Throwable problem = result.problem();
        if (outcome == null) {
            return Mono.error(problem == null ? new IllegalStateException("neither written nor refused") : problem);
        }
        return ServerResponse.status(outcome == Outcome.CREATED ? HttpStatus.CREATED : HttpStatus.OK)
                .bodyValue(new Written(id, outcome.label()));
    }
}
