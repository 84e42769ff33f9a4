package dev.rhizome.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.http.ResumeTokens.Position;
import dev.rhizome.problem.Stopping;
import dev.rhizome.tenant.Authority;
import dev.rhizome.tenant.Deadline;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes streams of events, each stage of a stream with one flush. The status leaves with the first stage; what fails
 * later ends the stream with an event {@code problem}.
 *
 * <p>A stream that goes on while the service is being shut down ends with an event {@code bye}: its reader asks again, and an
 * event stream goes on there where it was.
 *
 * <p>Each event of SSE has an id with which the stream can be resumed behind it, by {@code Last-Event-ID} in the same
 * request: without gap and duplicate, or with 409 where the answer has changed meanwhile. Behind the last one is 204, on
 * which browsers stop asking.
 */
public final class Streams {

    private static final String LAST_EVENT_ID = "Last-Event-ID";

    private final JsonMapper json;
    private final ResumeTokens tokens;
    private final Duration heartbeat;
    private final Closing closing;

    /**
     * What is said before a stream ends although it is not over.
     *
     * @param retryAfterMs after which to ask again, milliseconds
     * @param lastEventId behind which an event stream goes on; null where there is nothing to go on from
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Bye(long retryAfterMs, @Nullable String lastEventId) {}

    /** Renders with {@code json}, numbers events with {@code tokens}, is silent as {@code properties} say, and ends with {@code closing}. */
    Streams(JsonMapper json, ResumeTokens tokens, HttpProperties properties, Closing closing) {
        this.json = json;
        this.tokens = tokens;
        this.heartbeat = properties.heartbeat();
        this.closing = closing;
    }

    /** As {@link #respond(ServerRequest, StreamFormat, Flux, Supplier)}, to a request that its URL says all of. */
    public Mono<ServerResponse> respond(ServerRequest request, StreamFormat format, Flux<List<StreamEvent>> stages) {
        return respond(request, format, stages, () -> "");
    }

    /**
     * Answers with {@code stages} in NDJSON or SSE.
     *
     * @param stages events that are ready at the same time; requested at the reader's pace. An error before the first
     *     stage is the request's
     * @param body what the request says beside its URL, asked for where the format can be resumed; a stream is resumed for the
     *     same only
     */
    public Mono<ServerResponse> respond(
            ServerRequest request, StreamFormat format, Flux<List<StreamEvent>> stages, Supplier<String> body) {
        String requestId = RequestIdFilter.idOf(request.exchange());
        if (format == StreamFormat.NDJSON) {
            Flux<byte[]> lines = endingWithBye(stages.map(this::lines), () -> line(bye(null)));
            return written(format, endingWithProblem(lines, this::line, requestId));
        }
        return Mono.defer(() -> {
            String scope = scope(request, body.get());
            String last = request.headers().firstHeader(LAST_EVENT_ID);
            Position resumed = last == null || last.isEmpty() ? null : tokens.position(scope, last);
            return resumed != null && resumed.isLast()
                    ? ServerResponse.noContent().build()
                    : written(format, endingWithProblem(events(stages, scope, resumed), this::event, requestId));
        });
    }

    /** Answers with one JSON document. */
    public Mono<ServerResponse> json(Object document) {
        byte[] bytes = json.writeValueAsBytes(document);
        Mono<ServerResponse> answer = ServerResponse.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .contentLength(bytes.length)
                .body((output, context) -> output.writeWith(Pieces.of(bytes, output.bufferFactory())));
        return ByteShare.using(share -> share.hold(bytes.length), answer);
    }

    private Mono<ServerResponse> written(StreamFormat format, Flux<byte[]> stages) {
        byte[] beat = format == StreamFormat.SSE ? Heartbeat.SSE : Heartbeat.NDJSON;
        Flux<byte[]> alive = Heartbeat.after(stages.concatMap(Streams::counted, 1), beat, heartbeat);
        return ServerResponse.ok()
                .contentType(format.mediaType())
                .header("Cache-Control", "no-store")
                .header("X-Accel-Buffering", "no")
                .body((output, context) ->
                        output.writeAndFlushWith(alive.map(stage -> Pieces.of(stage, output.bufferFactory()))));
    }

    /** A stage is in memory until the next one is asked for. */
    private static Mono<byte[]> counted(byte[] stage) {
        return ByteShare.using(share -> share.hold(stage.length), Mono.just(stage));
    }

    private static String scope(ServerRequest request, String body) {
        return String.join(
                "\0",
                String.valueOf(Caller.of(request).tenant()),
                request.method().name(),
                request.requestPath().value(),
                String.valueOf(request.uri().getRawQuery()),
                body);
    }

    private Flux<byte[]> events(Flux<List<StreamEvent>> stages, String scope, @Nullable Position resumed) {
        return Flux.defer(() -> {
            EventIds ids = new EventIds(tokens, scope, resumed, event -> json.writeValueAsBytes(event.data()));
            Flux<byte[]> events = stages.map(ids::unread)
                    .filter(unread -> !unread.isEmpty())
                    .map(this::events)
                    .concatWith(Mono.defer(() -> ids.isCutShort() ? Mono.error(EventIds.changed()) : Mono.empty()));
            return endingWithBye(events, () -> parting(ids));
        });
    }

    private byte[] events(List<EventIds.Numbered> numbered) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(320 * numbered.size() + 64);
        for (EventIds.Numbered one : numbered) {
            event(bytes, one.event(), one.id());
        }
        return bytes.toByteArray();
    }

    private static StreamEvent bye(@Nullable String lastEventId) {
        return StreamEvent.of("bye", new Bye(Stopping.RETRY_AFTER.toMillis(), lastEventId));
    }

    /** Browsers ask again by themselves, with the last id that they have seen and after the time of {@code retry}. */
    private byte[] parting(EventIds ids) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ascii("retry:" + Stopping.RETRY_AFTER.toMillis() + "\n"));
        event(bytes, bye(ids.last()), ids.last());
        return bytes.toByteArray();
    }

    /** An event without an id: a reader that comes again goes on behind the one before it. */
    private byte[] event(StreamEvent event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        event(bytes, event, null);
        return bytes.toByteArray();
    }

    private void event(ByteArrayOutputStream into, StreamEvent event, @Nullable String id) {
        into.writeBytes(ascii("event:" + event.name() + (id == null ? "" : "\nid:" + id) + "\ndata:"));
        into.writeBytes(json.writeValueAsBytes(event.data()));
        into.writeBytes(ascii("\n\n"));
    }

    private byte[] lines(List<StreamEvent> stage) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256 * stage.size() + 64);
        stage.forEach(event -> line(bytes, event));
        return bytes.toByteArray();
    }

    private byte[] line(StreamEvent event) {
        return lines(List.of(event));
    }

    /** The event's name is one more field in front of those of its object, so that no tree of them is made. */
    private void line(ByteArrayOutputStream into, StreamEvent event) {
        byte[] data = json.writeValueAsBytes(event.data());
        into.writeBytes(ascii("{\"event\":\"" + event.name() + (data.length > "{}".length() ? "\"," : "\"")));
        into.write(data, 1, data.length - 1);
        into.write('\n');
    }

    /** Lets a stream that has begun end with {@code bye} when the service does; one that has not is refused. */
    private Flux<byte[]> endingWithBye(Flux<byte[]> stages, Supplier<byte[]> bye) {
        return Flux.defer(() -> {
            AtomicBoolean begun = new AtomicBoolean();
            AtomicBoolean whole = new AtomicBoolean();
            return stages.doOnNext(stage -> begun.set(true))
                    .doOnComplete(() -> whole.set(true))
                    .takeUntilOther(closing.streamsEnd())
                    .concatWith(Mono.defer(() -> whole.get() ? Mono.empty() : unfinished(begun.get(), bye)));
        });
    }

    private static Mono<byte[]> unfinished(boolean begun, Supplier<byte[]> bye) {
        return begun ? Mono.fromSupplier(bye) : Mono.error(new Stopping("the service stops; ask again"));
    }

    private static Flux<byte[]> endingWithProblem(
            Flux<byte[]> stages, Function<StreamEvent, byte[]> render, String requestId) {
        return Flux.defer(() -> {
            AtomicBoolean begun = new AtomicBoolean();
            // Before the first byte the status is still free, and the error handler sets it.
            return stages.takeUntilOther(Mono.firstWithSignal(Deadline.passed(), Authority.lost()))
                    .doOnNext(stage -> begun.set(true))
                    .onErrorResume(error ->
                            begun.get() ? Flux.just(render.apply(problem(error, requestId))) : Flux.error(error));
        });
    }

    private static StreamEvent problem(Throwable error, String requestId) {
        Problem problem = Problem.of(error, requestId);
        ProblemHandler.report(problem, error);
        return StreamEvent.of("problem", problem);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
