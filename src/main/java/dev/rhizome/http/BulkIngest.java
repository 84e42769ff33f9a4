package dev.rhizome.http;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.BulkItem;
import dev.rhizome.bulk.SplittingWriter;
import dev.rhizome.database.SqlErrors;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.InvalidRequest;
import java.util.function.Function;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Applies an NDJSON body of any length in batches as it arrives, and answers one line an input line while it is still
 * being read. A line is acknowledged after its batch is committed; each line is answered by its number whatever becomes of
 * its neighbours.
 *
 * <p>Batches are written one after another, so that later lines of the same id win. The database's pace reaches the
 * client's socket: no batch is read before the one in front of it is written and its answer accepted.
 *
 * <p>When the service is shut down, the batch in hand is written and answered; then comes a line with a problem and the number of
 * the line from which to go on, and the summary of what was answered.
 */
public final class BulkIngest {

    private final JsonMapper json;
    private final HttpProperties properties;
    private final LineBatches lines;
    private final Closing closing;

    /** Renders with {@code json}, within the limits of {@code properties}, and ends with {@code closing}. */
    BulkIngest(JsonMapper json, HttpProperties properties, Closing closing) {
        this.json = json;
        this.properties = properties;
        this.lines = new LineBatches(properties, properties.maxLine());
        this.closing = closing;
    }

    /**
     * Answers {@code request}, whose body is NDJSON.
     *
     * @param parse makes an item of a line, or throws what is wrong with it
     * @param writer writes a batch
     */
    public <T extends BulkItem> Mono<ServerResponse> ingest(
            ServerRequest request, Function<byte[], T> parse, BatchWriter<T> writer) {
        long batch = properties.batchBytes().toBytes();
        long body = request.headers().contentLength().orElse(batch);
        return ByteShare.reserving(Math.min(batch, body), Mono.defer(() -> answer(request, parse, writer)));
    }

    private <T extends BulkItem> Mono<ServerResponse> answer(
            ServerRequest request, Function<byte[], T> parse, BatchWriter<T> writer) {
        String requestId = RequestIdFilter.idOf(request.exchange());
        return LineStream.answer(
                () -> lines(
                        request,
                        new BulkRun<>(parse, new SplittingWriter<>(writer, BulkIngest::isCausedByItems), closing),
                        new BulkAnswers(json, requestId)),
                properties.heartbeat());
    }

    private <T extends BulkItem> Flux<byte[]> lines(ServerRequest request, BulkRun<T> run, BulkAnswers answers) {
        return lines.of(LineStream.body(request)) // what was read is written and answered, whatever ends the reading
                .concatMapIterable(run::parsed, 1)
                .takeUntilOther(run.stop())
                .concatMap(run::write, 1)
                .map(answers::lines)
                .concatWith(Mono.defer(() -> run.isStopped() ? Mono.just(answers.stopped(run.next())) : Mono.empty()))
                .concatWith(Mono.fromSupplier(() -> answers.summary(WrittenFilter.tokenOf(request.exchange()))));
    }

    /**
     * Whether an error of a batch says something about its items, so that a part of them may be written. Anything else, such
     * as a database that cannot be reached, would fail for each part as well.
     */
    private static boolean isCausedByItems(Throwable error) {
        return error instanceof InvalidRequest || error instanceof Conflict || SqlErrors.isCausedByData(error);
    }
}
