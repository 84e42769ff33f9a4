package dev.rhizome.http;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.BulkItem;
import dev.rhizome.bulk.Outcome;
import java.util.List;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Answers requests that write one thing as JSON, or any number of them as NDJSON. */
public final class Writes {

    private record Written(String id, String status) {}

    private final Bodies bodies;
    private final BulkIngest ingest;

    /** Reads one through {@code bodies}, many through {@code ingest}. */
    public Writes(Bodies bodies, BulkIngest ingest) {
        this.bodies = bodies;
        this.ingest = ingest;
    }

    /**
     * Writes what the body has.
     *
     * @param parse makes a thing of one JSON object, or throws what is wrong with it
     * @return for one thing its id and status, 201 where it was created; for lines a line each and a summary
     */
    public <T extends BulkItem> Mono<ServerResponse> put(
            ServerRequest request, Function<byte[], T> parse, BatchWriter<T> into) {
        return Bodies.isNdjson(request)
                ? ingest.ingest(request, parse, into)
                : bodies.json(request)
                        .map(parse)
                        .flatMap(item ->
                                into.write(List.of(item)).flatMap(results -> answer(item.key(), results.getFirst())));
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
