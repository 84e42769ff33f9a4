package dev.rhizome.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes streams of events, each stage of a stream with one flush. The status leaves with the first stage; what fails
 * later ends the stream with an event {@code problem}.
 */
public final class Streams {

    private final JsonMapper json;

    /** Renders with {@code json}. */
    public Streams(JsonMapper json) {
        this.json = json;
    }

    /**
     * Answers with {@code stages} in NDJSON or SSE.
     *
     * @param stages events that are ready at the same time; requested at the reader's pace. An error before the first
     *     stage is the request's
     */
    public Mono<ServerResponse> respond(ServerRequest request, StreamFormat format, Flux<List<StreamEvent>> stages) {
        String requestId = RequestIdFilter.idOf(request.exchange());
        return ServerResponse.ok()
                .contentType(format.mediaType())
                .header("Cache-Control", "no-store")
                .header("X-Accel-Buffering", "no")
                .body((output, context) -> output.writeAndFlushWith(
                        buffers(endingWithProblem(stages, requestId), format, output.bufferFactory())));
    }

    /** Answers with one JSON document. */
    public Mono<ServerResponse> json(Object document) {
        return ServerResponse.ok().contentType(MediaType.APPLICATION_JSON).bodyValue(json.writeValueAsBytes(document));
    }

    private Flux<Mono<DataBuffer>> buffers(
            Flux<List<StreamEvent>> stages, StreamFormat format, DataBufferFactory factory) {
        return Flux.defer(() -> {
            int[] id = {0};
            return stages.map(stage -> Mono.just(factory.wrap(render(stage, format, id))));
        });
    }

    private byte[] render(List<StreamEvent> stage, StreamFormat format, int[] id) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256 * stage.size() + 64);
        for (StreamEvent event : stage) {
            if (format == StreamFormat.SSE) {
                id[0]++;
                bytes.writeBytes(ascii("event:" + event.name() + "\nid:" + id[0] + "\ndata:"));
                bytes.writeBytes(json.writeValueAsBytes(event.data()));
                bytes.writeBytes(ascii("\n\n"));
            } else {
                bytes.writeBytes(line(event));
                bytes.write('\n');
            }
        }
        return bytes.toByteArray();
    }

    private byte[] line(StreamEvent event) {
        ObjectNode line = json.createObjectNode().put("event", event.name());
        ObjectNode data = json.valueToTree(event.data());
        line.setAll(data);
        return json.writeValueAsBytes(line);
    }

    private static Flux<List<StreamEvent>> endingWithProblem(Flux<List<StreamEvent>> stages, String requestId) {
        return Flux.defer(() -> {
            AtomicBoolean begun = new AtomicBoolean();
            return stages.doOnNext(stage -> begun.set(true)).onErrorResume(error -> {
                // Before the first byte the status is still free, and the error handler sets it.
                return begun.get() ? Flux.just(List.of(problem(error, requestId))) : Flux.error(error);
            });
        });
    }

    private static StreamEvent problem(Throwable error, String requestId) {
        Problem problem = Problem.of(error, requestId);
        ProblemHandler.report(problem, error);
        return new StreamEvent("problem", problem);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
