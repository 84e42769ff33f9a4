package dev.rhizome.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;

/** Puts the lines of a body together, so that those that arrive within a moment are written in one transaction. */
final class LineBatches {

    /** Most bytes that one read from a socket gives. */
    private static final long BYTES_OF_A_READ = 64 * 1024;

    private final int longest;
    private final int mostLines;
    private final long mostBytes;
    private final Duration wait;

    /** Batches as {@code properties} bound them, of lines of {@code longest} bytes at most. */
    LineBatches(HttpProperties properties, DataSize longest) {
        this.longest = (int) longest.toBytes();
        this.mostLines = properties.batchLines();
        this.mostBytes = properties.batchBytes().toBytes();
        this.wait = properties.batchWait();
    }

    /** Reads are collected for a moment, by their number, which bounds their bytes; then their lines are put together. */
    Flux<List<NdjsonLines.Line>> of(Flux<DataBuffer> body) {
        int reads = (int) Math.max(1, mostBytes / BYTES_OF_A_READ);
        return NdjsonLines.chunks(body, longest)
                .bufferTimeout(reads, wait, true)
                .concatMapIterable(this::cut, 1);
    }

    private List<List<NdjsonLines.Line>> cut(List<List<NdjsonLines.Line>> chunks) {
        List<List<NdjsonLines.Line>> batches = new ArrayList<>();
        List<NdjsonLines.Line> batch = new ArrayList<>();
        long bytes = 0;
        for (List<NdjsonLines.Line> chunk : chunks) {
            for (NdjsonLines.Line line : chunk) {
                boolean isFull = batch.size() == mostLines || bytes + line.size() > mostBytes;
                if (isFull && !batch.isEmpty()) {
                    batches.add(batch);
                    batch = new ArrayList<>();
                    bytes = 0;
                }
                batch.add(line);
                bytes += line.size();
            }
        }
        if (!batch.isEmpty()) {
            batches.add(batch);
        }
        return batches;
    }
}
