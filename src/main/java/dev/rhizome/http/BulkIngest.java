package dev.rhizome.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.BatchWriter.Result;
import dev.rhizome.bulk.BulkItem;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.RhizomeException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Applies an NDJSON body of any length in batches as it arrives, and answers one line an input line while it is still
 * being read. A line is acknowledged after its batch is committed; a bad line never spoils the others.
 *
 * <p>Batches are written one after another, so that later lines of the same id win. The database's pace reaches the
 * client's socket: no batch is read before the one in front of it is written and its answer accepted.
 */
public final class BulkIngest {

    private final JsonMapper json;
    private final HttpProperties properties;

    /** Renders with {@code json}, within the limits of {@code properties}. */
    public BulkIngest(JsonMapper json, HttpProperties properties) {
        this.json = json;
        this.properties = properties;
    }

    private record Parsed<T>(
            long line, @Nullable T item, @Nullable RhizomeException problem) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Answer(
            long line,
            @Nullable String id,
            @Nullable String status,
            @Nullable Problem problem) {}

    private record Summary(long lines, long created, long updated, long unchanged, long failed) {}

    /**
     * Answers {@code request}, whose body is NDJSON.
     *
     * @param parse makes a thing of a line, or throws what is wrong with it
     * @param writer writes a batch
     */
    public <T extends BulkItem> Mono<ServerResponse> ingest(
            ServerRequest request, Function<byte[], T> parse, BatchWriter<T> writer) {
        String requestId = RequestIdFilter.idOf(request.exchange());
        return ServerResponse.ok()
                .contentType(MediaType.APPLICATION_NDJSON)
                .header("X-Accel-Buffering", "no")
                .body((output, context) -> {
                    Counts counts = new Counts();
                    Flux<byte[]> answers = NdjsonLines.of(request.body(BodyExtractors.toDataBuffers()), (int)
                                    properties.maxLine().toBytes())
                            .map(line -> parsed(line, parse))
                            .bufferTimeout(properties.batchLines(), properties.batchWait(), true)
                            .concatMapIterable(BulkIngest::withoutRepeats, 1)
                            .concatMap(batch -> write(batch, writer, requestId, counts), 1)
                            .onErrorResume(error -> Mono.just(failure(error, requestId)))
                            .concatWith(Mono.fromSupplier(() -> line(Map.of("summary", counts.summary()))));
                    return output.writeAndFlushWith(answers.map(bytes ->
                            Mono.<DataBuffer>just(output.bufferFactory().wrap(bytes))));
                });
    }

    private <T> Parsed<T> parsed(NdjsonLines.Line line, Function<byte[], T> parse) {
        byte[] bytes = line.bytes();
        try {
            if (bytes == null) {
                throw InvalidRequest.of(
                        "line", "longer", "at most " + properties.maxLine().toBytes() + " bytes");
            }
            return new Parsed<>(line.number(), parse.apply(bytes), null);
        } catch (RhizomeException e) {
            return new Parsed<>(line.number(), null, e);
        }
    }

    /** Starts a new batch where a key comes again, since one statement cannot write a row twice. */
    private static <T extends BulkItem> List<List<Parsed<T>>> withoutRepeats(List<Parsed<T>> lines) {
        List<List<Parsed<T>>> batches = new ArrayList<>();
        List<Parsed<T>> batch = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (Parsed<T> line : lines) {
            T item = line.item();
            if (item != null && !keys.add(item.key())) {
                batches.add(batch);
                batch = new ArrayList<>();
                keys.clear();
                keys.add(item.key());
            }
            batch.add(line);
        }
        batches.add(batch);
        return batches;
    }

    private <T extends BulkItem> Mono<byte[]> write(
            List<Parsed<T>> batch, BatchWriter<T> writer, String requestId, Counts counts) {
        List<T> items = new ArrayList<>(batch.size());
        for (Parsed<T> line : batch) {
            T item = line.item();
            if (item != null) {
                items.add(item);
            }
        }
        Mono<List<Result>> written = items.isEmpty() ? Mono.just(List.of()) : writer.write(items);
        return written.map(results -> answers(batch, results, requestId, counts));
    }

    private <T extends BulkItem> byte[] answers(
            List<Parsed<T>> batch, List<Result> results, String requestId, Counts counts) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream(64 * batch.size());
        int next = 0;
        for (Parsed<T> line : batch) {
            T item = line.item();
            Result result = item == null ? Result.of(cause(line)) : results.get(next++);
            counts.add(result);
            lines.writeBytes(line(answer(line.line(), item, result, requestId)));
        }
        return lines.toByteArray();
    }

    private static <T> RhizomeException cause(Parsed<T> line) {
        RhizomeException problem = line.problem();
        return problem == null ? InvalidRequest.of("line", "empty", "a JSON object") : problem;
    }

    private static Answer answer(long line, @Nullable BulkItem item, Result result, String requestId) {
        Outcome outcome = result.outcome();
        RhizomeException problem = result.problem();
        return new Answer(
                line,
                item == null ? null : item.key(),
                outcome == null ? null : outcome.label(),
                problem == null ? null : Problem.of(problem, requestId));
    }

    private byte[] failure(Throwable error, String requestId) {
        Problem problem = Problem.of(error, requestId);
        ProblemHandler.report(problem, error);
        return line(Map.of("problem", problem));
    }

    private byte[] line(Object value) {
        byte[] text = json.writeValueAsBytes(value);
        byte[] line = java.util.Arrays.copyOf(text, text.length + 1);
        line[text.length] = '\n';
        return line;
    }

    /** Totals of one request. */
    private static final class Counts {
        private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
        private long failed;

        synchronized void add(Result result) {
            Outcome outcome = result.outcome();
            if (outcome == null) {
                failed++;
            } else {
                outcomes.merge(outcome, 1L, Long::sum);
            }
        }

        synchronized Summary summary() {
            long created = outcomes.getOrDefault(Outcome.CREATED, 0L);
            long updated = outcomes.getOrDefault(Outcome.UPDATED, 0L);
            long unchanged = outcomes.getOrDefault(Outcome.UNCHANGED, 0L);
            return new Summary(created + updated + unchanged + failed, created, updated, unchanged, failed);
        }
    }
}
