package dev.rhizome.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.publisher.Flux;

/** Cutting a body of a thousand lines of 200 bytes into lines. */
@State(Scope.Benchmark)
public class NdjsonBenchmark {

    private static final int LINES = 1_000;
    private static final int BUFFER = 8_192;

    private final byte[] body = IntStream.range(0, LINES)
            .mapToObj(i -> "{\"id\":\"%06d\",\"text\":\"%s\"}\n".formatted(i, "x".repeat(170)))
            .collect(Collectors.joining())
            .getBytes(StandardCharsets.UTF_8);

    /** As bulk routes do, of buffers as they come from the network. */
    @Benchmark
    public long lines() {
        Flux<DataBuffer> buffers = Flux.range(0, 1 + body.length / BUFFER)
                .map(i -> DefaultDataBufferFactory.sharedInstance.wrap(
                        ByteBuffer.wrap(body, i * BUFFER, Math.min(BUFFER, body.length - i * BUFFER))));
        return Objects.requireNonNull(
                NdjsonLines.of(buffers, 256 * 1024).count().block());
    }

    /** Of a body that is in memory as a whole. */
    @Benchmark
    public List<String> baseline() {
        return new String(body, StandardCharsets.UTF_8).lines().toList();
    }
}
