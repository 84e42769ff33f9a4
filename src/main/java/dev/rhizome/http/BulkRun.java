package dev.rhizome.http;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.BatchWriter.Result;
import dev.rhizome.bulk.BulkItem;
import dev.rhizome.problem.Overloaded;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One bulk request: its batches and what becomes of each of their lines. Batches come one after another.
 *
 * <p>Where there was no capacity for a batch, the lines that follow at once get the same problem without a try, until the
 * moment when a retry is worth it.
 */
final class BulkRun<T extends BulkItem> {

    private final Function<byte[], T> parse;
    private final BatchWriter<T> writer;
    private @Nullable Overloaded overloaded;
    private long retryAt;
    private final Closing closing;
    private volatile long next = 1;
    private volatile boolean stopped;

    /**
     * A run from its beginning.
     *
     * @param parse makes an item of a line, or throws what is wrong with it
     * @param writer gives a result for each item and no error
     * @param closing when it is to stop before its end
     */
    BulkRun(Function<byte[], T> parse, BatchWriter<T> writer, Closing closing) {
        this.parse = parse;
        this.writer = writer;
        this.closing = closing;
    }

    /**
     * A line as it was read.
     *
     * @param number of the line, from 1
     * @param item null where the line is not good
     * @param problem what is wrong with it, null where it is good
     */
    record Parsed<T>(
            long number, @Nullable T item, @Nullable Throwable problem) {}

    /**
     * What became of a line.
     *
     * @param number of the line, from 1
     * @param id of its item, null where it could not be read
     * @param result of writing it
     */
    record Answered(long number, @Nullable String id, Result result) {}

    /** Reads {@code lines}. A new batch starts where a unique value comes again, since one statement cannot write a row twice. */
    List<List<Parsed<T>>> parsed(List<NdjsonLines.Line> lines) {
        List<List<Parsed<T>>> batches = new ArrayList<>();
        List<Parsed<T>> batch = new ArrayList<>(lines.size());
        Set<String> taken = new HashSet<>();
        for (NdjsonLines.Line line : lines) {
            Parsed<T> parsed = parsed(line);
            T item = parsed.item();
            Set<String> values = item == null ? Set.of() : item.uniqueValues();
            if (!Collections.disjoint(taken, values)) {
                batches.add(batch);
                batch = new ArrayList<>();
                taken.clear();
            }
            taken.addAll(values);
            batch.add(parsed);
        }
        batches.add(batch);
        return batches;
    }

    @SuppressWarnings("IllegalCatch") // whatever reading a line throws is the answer to that line
    private Parsed<T> parsed(NdjsonLines.Line line) {
        byte[] bytes = line.bytes();
        if (bytes == null) {
            return new Parsed<>(line.number(), null, line.problem());
        }
        try {
            return new Parsed<>(line.number(), parse.apply(bytes), null);
        } catch (RuntimeException e) {
            return new Parsed<>(line.number(), null, e);
        }
    }

    /** Completes when no more lines are to be read, because the service stops. */
    Mono<Void> stop() {
        return closing.streamsEnd().doOnTerminate(() -> stopped = true);
    }

    /** Whether it was stopped before its end. */
    boolean isStopped() {
        return stopped;
    }

    /** Number of the first line that has not been answered. */
    long next() {
        return next;
    }

    /**
     * Writes {@code batch}.
     *
     * @return one answer a line, in the order of the lines; empty where the run was stopped before. Never an error
     */
    Mono<List<Answered>> write(List<Parsed<T>> batch) {
        if (closing.streamsAreEnding()) {
            stopped = true;
            return Mono.empty();
        }
        List<T> items =
                batch.stream().map(Parsed::item).filter(Objects::nonNull).toList();
        Overloaded since = overloaded;
        Mono<List<Result>> written = since != null && System.nanoTime() - retryAt < 0
                ? Mono.just(Collections.nCopies(items.size(), Result.of(since)))
                : items.isEmpty() ? Mono.just(List.of()) : writer.write(items).doOnNext(this::noteCapacity);
        return written.map(results -> answers(batch, results));
    }

    private void noteCapacity(List<Result> results) {
        if (results.getLast().problem() instanceof Overloaded problem) {
            overloaded = problem;
            retryAt = System.nanoTime() + problem.retryAfter().toNanos();
        }
    }

    private List<Answered> answers(List<Parsed<T>> batch, List<Result> results) {
        List<Answered> answers = new ArrayList<>(batch.size());
        int written = 0;
        for (Parsed<T> line : batch) {
            T item = line.item();
            Throwable problem = line.problem();
            Result result = problem == null ? results.get(written++) : Result.of(problem);
            answers.add(new Answered(line.number(), item == null ? null : item.key(), result));
        }
        next = batch.isEmpty() ? next : batch.getLast().number() + 1;
        return answers;
    }
}
