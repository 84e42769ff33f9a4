package dev.rhizome.http;

import dev.rhizome.problem.InvalidRequest;
import java.util.List;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads bodies that are one thing. */
final class Bodies {

    private final HttpProperties properties;

    /** Reads within the limits of {@code properties}. */
    Bodies(HttpProperties properties) {
        this.properties = properties;
    }

    /** Whether the body is NDJSON. */
    static boolean isNdjson(ServerRequest request) {
        return request.headers()
                .contentType()
                .filter(MediaType.APPLICATION_NDJSON::isCompatibleWith)
                .isPresent();
    }

    /**
     * The body, whole.
     *
     * @return the bytes; an error of 415 where it is not declared as JSON, of 413 where it is too large, of
     *     {@link InvalidRequest} where there is none
     */
    Mono<byte[]> json(ServerRequest request) {
        MediaType type = request.headers().contentType().orElse(MediaType.APPLICATION_OCTET_STREAM);
        if (!MediaType.APPLICATION_JSON.isCompatibleWith(type)) {
            return Mono.error(() -> new ResponseStatusException(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE, "Content-Type: " + type + " (expected: application/json)"));
        }
        return whole(request, properties.maxBody(), "a JSON object");
    }

    /**
     * The lines of the body in batches, blank ones left out.
     *
     * @param longest line
     * @return the batches; an error that names the line where one is too long or is cut
     */
    Flux<List<byte[]>> lines(ServerRequest request, DataSize longest) {
        LineBatches batches = new LineBatches(properties, longest);
        return ByteShare.reserving(properties.batchBytes().toBytes(), Mono.just(request))
                .flatMapMany(reserved -> batches.of(LineStream.body(reserved)))
                .concatMap(lines -> Flux.fromIterable(lines).map(Bodies::bytes).collectList(), 1);
    }

    private static byte[] bytes(NdjsonLines.Line line) {
        byte[] bytes = line.bytes();
        if (bytes != null) {
            return bytes;
        }
        Throwable problem = line.problem();
        throw problem instanceof InvalidRequest invalid
                ? invalid
                : InvalidRequest.of("body", "cut in line " + line.number(), "all lines of the export");
    }

    /**
     * The body, whole, of whatever type.
     *
     * @param most bytes of it
     * @return the bytes; an error of 413 where it is larger, of {@link InvalidRequest} where there is none
     */
    Mono<byte[]> whole(ServerRequest request, DataSize most) {
        return whole(request, most, "a document");
    }

    private Mono<byte[]> whole(ServerRequest request, DataSize most, String expected) {
        Flux<DataBuffer> body = ByteShare.counting(request.body(BodyExtractors.toDataBuffers()));
        return DataBufferUtils.join(body, (int) most.toBytes())
                .map(Bodies::bytes)
                .timeout(properties.bodyTime(), Mono.error(this::late))
                .switchIfEmpty(Mono.error(() -> InvalidRequest.of("body", "missing", expected)));
    }

    private ResponseStatusException late() {
        return new ResponseStatusException(
                HttpStatus.REQUEST_TIMEOUT,
                "the body was not there within " + properties.bodyTime().toSeconds() + " s");
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }
}
