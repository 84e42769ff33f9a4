package dev.rhizome.http;

import dev.rhizome.tenant.Authority;
import dev.rhizome.tenant.Deadline;
import java.time.Duration;
import java.util.function.Supplier;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** NDJSON that is read and answered at the same time. */
final class LineStream {

    private LineStream() {}

    /** The body as it arrives. Past the deadline, or where the caller has lost its right, nothing more is read. */
    static Flux<DataBuffer> body(ServerRequest request) {
        return request.body(BodyExtractors.toDataBuffers())
                .takeUntilOther(Mono.firstWithSignal(Deadline.passed(), Authority.lost()));
    }

    /**
     * An answer that is written as it comes.
     *
     * @param lines makes them, when they are to be written
     * @param heartbeat longest silence
     */
    static Mono<ServerResponse> answer(Supplier<Flux<byte[]>> lines, Duration heartbeat) {
        return ServerResponse.ok()
                .contentType(MediaType.APPLICATION_NDJSON)
                .header("X-Accel-Buffering", "no")
                .body((output, context) ->
                        output.writeAndFlushWith(Heartbeat.after(lines.get(), Heartbeat.NDJSON, heartbeat)
                                .map(bytes -> Mono.<DataBuffer>just(
                                        output.bufferFactory().wrap(bytes)))));
    }
}
