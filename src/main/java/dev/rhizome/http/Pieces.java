package dev.rhizome.http;

import java.nio.ByteBuffer;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import reactor.core.publisher.Flux;

/**
 * Cuts what is written into small pieces. The server copies into direct memory what it hands to a socket, some pieces at a
 * time and more as the reader takes them, so a slow reader costs the pieces under way and not the whole.
 */
final class Pieces {

    private static final int BYTES = 8 * 1024;

    private Pieces() {}

    /** The pieces of {@code bytes}, in order; none of no bytes. */
    static Flux<DataBuffer> of(byte[] bytes, DataBufferFactory buffers) {
        int count = (bytes.length + BYTES - 1) / BYTES;
        return Flux.range(0, count).map(i -> {
            int start = i * BYTES;
            return buffers.wrap(ByteBuffer.wrap(bytes, start, Math.min(BYTES, bytes.length - start)));
        });
    }
}
