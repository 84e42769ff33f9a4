package dev.rhizome.http;

import dev.rhizome.problem.Stopping;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers each line of an NDJSON body by itself, some at a time, each as soon as it is ready and so in any order: an answer has its
 * line's number. No more lines are read than are being answered, so that a slow reader slows the sender. A bad line costs one line.
 *
 * <p>When the service is shut down, what was read is answered; then comes a line with a problem and the number of the line from which
 * to go on. The last line is a summary in any case.
 */
public final class LineAnswers {

    private final JsonMapper json;
    private final HttpProperties properties;
    private final Closing closing;

    /** Renders with {@code json}, within the limits of {@code properties}, and ends with {@code closing}. */
    LineAnswers(JsonMapper json, HttpProperties properties, Closing closing) {
        this.json = json;
        this.properties = properties;
        this.closing = closing;
    }

    private record Summary(long lines, long answered, long failed) {}

    /**
     * Answers {@code request}.
     *
     * @param parse makes a question of a line, or throws what is wrong with it
     * @param answer gives a JSON object with at least one member
     * @param atATime most questions that are being answered
     */
    public <T> Mono<ServerResponse> respond(
            ServerRequest request, Function<byte[], T> parse, Function<T, Mono<?>> answer, int atATime) {
        String requestId = RequestIdFilter.idOf(request.exchange());
        Run<T> run = new Run<>(parse, answer, requestId);
        long most = properties.batchBytes().toBytes();
        long body = request.headers().contentLength().orElse(most);
        Mono<ServerResponse> response = LineStream.answer(() -> lines(request, run, atATime), properties.heartbeat());
        return Bodies.isNdjson(request)
                ? ByteShare.reserving(Math.min(most, body), response)
                : Mono.error(() -> new ResponseStatusException(
                        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                        "Content-Type: "
                                + request.headers()
                                        .contentType()
                                        .map(MediaType::toString)
                                        .orElse("missing")
                                + " (expected: application/x-ndjson)"));
    }

    private <T> Flux<byte[]> lines(ServerRequest request, Run<T> run, int atATime) {
        return NdjsonLines.of(
                        LineStream.body(request), (int) properties.maxLine().toBytes())
                .takeUntilOther(closing.streamsEnd().doOnTerminate(run::stop))
                .flatMap(run::answered, atATime, 1)
                .concatWith(Mono.defer(run::whereToGoOn))
                .concatWith(Mono.fromSupplier(run::summary));
    }

    /** One request. */
    private final class Run<T> {

        private final Function<byte[], T> parse;
        private final Function<T, Mono<?>> answer;
        private final String requestId;
        private final AtomicLong answers = new AtomicLong();
        private final AtomicLong failures = new AtomicLong();
        private volatile long next = 1;
        private volatile boolean stopped;

        Run(Function<byte[], T> parse, Function<T, Mono<?>> answer, String requestId) {
            this.parse = parse;
            this.answer = answer;
            this.requestId = requestId;
        }

        void stop() {
            stopped = true;
        }

        /** The line's answer; never an error. */
        Mono<byte[]> answered(NdjsonLines.Line line) {
            next = line.number() + 1;
            return question(line)
                    .flatMap(answer)
                    .map(value -> rendered(line.number(), value))
                    .doOnNext(unused -> answers.incrementAndGet())
                    .onErrorResume(error -> Mono.fromSupplier(() -> failed(line.number(), error)));
        }

        private Mono<T> question(NdjsonLines.Line line) {
            byte[] bytes = line.bytes();
            Throwable problem = line.problem();
            if (bytes == null) {
                return Mono.error(
                        problem == null ? new IllegalStateException("neither a line nor a problem") : problem);
            }
            return Mono.fromSupplier(() -> parse.apply(bytes));
        }

        private byte[] failed(long line, Throwable error) {
            failures.incrementAndGet();
            Problem problem = Problem.of(error, requestId);
            ProblemHandler.report(problem, error);
            return rendered(line, Map.of("problem", problem));
        }

        Mono<byte[]> whereToGoOn() {
            Stopping stopping = new Stopping("the service stops; send this line and those behind it again");
            return stopped
                    ? Mono.just(rendered(next, Map.of("problem", Problem.of(stopping, requestId))))
                    : Mono.empty();
        }

        byte[] summary() {
            long answered = answers.get();
            long failed = failures.get();
            return line(json.writeValueAsString(Map.of("summary", new Summary(answered + failed, answered, failed))));
        }

        /** The object with its line's number in front. */
        private byte[] rendered(long number, Object value) {
            return line(
                    "{\"line\":" + number + "," + json.writeValueAsString(value).substring(1));
        }

        private byte[] line(String text) {
            return (text + "\n").getBytes(StandardCharsets.UTF_8);
        }
    }
}
