package dev.rhizome.http;

import dev.rhizome.problem.InvalidRequest;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Cuts a request body into lines as it arrives, never holding more than one line that is too long. */
final class NdjsonLines {

    /**
     * One line.
     *
     * @param number from 1, blank lines counted
     * @param bytes the line without its end, null where there is a problem
     * @param problem that the line is longer than it may be, or why the body broke off in it; else null
     */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    record Line(
            long number, byte @Nullable [] bytes, @Nullable Throwable problem) {

        /** Bytes that it holds in memory. */
        int size() {
            return bytes == null ? 0 : bytes.length;
        }
    }

    private final int longest;
    private final ByteArrayOutputStream rest = new ByteArrayOutputStream();
    private boolean tooLong;
    private long number = 1;

    private NdjsonLines(int longest) {
        this.longest = longest;
    }

    /**
     * The lines of {@code body}, blank ones left out. Requested buffer by buffer, so that a slow consumer slows the sender.
     *
     * @param longest most bytes of a line
     */
    static Flux<Line> of(Flux<DataBuffer> body, int longest) {
        return chunks(body, longest).concatMapIterable(lines -> lines, 1);
    }

    /**
     * The lines that each buffer of {@code body} completes. A body that breaks off ends with a line that says so; the lines
     * in front of it are whole.
     *
     * @param longest most bytes of a line
     */
    static Flux<List<Line>> chunks(Flux<DataBuffer> body, int longest) {
        return Flux.defer(() -> {
            NdjsonLines lines = new NdjsonLines(longest);
            return body.map(lines::feed)
                    .concatWith(Mono.fromSupplier(lines::end))
                    .onErrorResume(error -> Mono.just(List.of(new Line(lines.number, null, error))))
                    .doOnDiscard(DataBuffer.class, DataBufferUtils::release);
        });
    }

    private List<Line> feed(DataBuffer buffer) {
        List<Line> complete = new ArrayList<>();
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                append(bytes, start, i);
                take(complete);
                start = i + 1;
            }
        }
        append(bytes, start, bytes.length);
        return complete;
    }

    private List<Line> end() {
        List<Line> last = new ArrayList<>();
        take(last);
        return last;
    }

    private void append(byte[] bytes, int from, int to) {
        if (rest.size() + to - from > longest) {
            tooLong = true;
            rest.reset();
        } else if (!tooLong) {
            rest.write(bytes, from, to - from);
        }
    }

    private void take(List<Line> into) {
        byte[] line = rest.toByteArray();
        if (tooLong) {
            into.add(new Line(number, null, tooLong()));
        } else if (!isBlank(line)) {
            into.add(new Line(number, line, null));
        }
        rest.reset();
        tooLong = false;
        number++;
    }

    private InvalidRequest tooLong() {
        return InvalidRequest.of("line", "too long", "at most " + longest + " bytes");
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }
}
