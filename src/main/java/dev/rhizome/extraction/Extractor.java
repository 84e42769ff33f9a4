package dev.rhizome.extraction;

import dev.rhizome.fairness.FairThreads;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.tenant.TenantId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Reads files in processes of their own, a few at a time, tenants in turn; plain text on a thread of this process. */
public final class Extractor implements AutoCloseable {

    private final ExtractionProperties properties;
    private final FairThreads readers;
    private final FairThreads ofText;
    /** Processes that have nothing to read, the one that read last in front. */
    private final Deque<ExtractionProcess> idle = new ArrayDeque<>();

    private final Disposable ending;
    private long lastUse;

    /**
     * Starts no process yet.
     *
     * @param weights of tenants, 1 or more
     */
    public Extractor(ExtractionProperties properties, ToIntFunction<TenantId> weights) {
        this.properties = properties;
        this.readers = new FairThreads("process that reads files", properties.processes(), weights);
        this.ofText = new FairThreads("thread that reads text", 1, weights);
        long interval = properties.idle().toMillis();
        this.ending =
                Schedulers.parallel().schedulePeriodically(this::endIdle, interval, interval, TimeUnit.MILLISECONDS);
    }

    /**
     * What a file says. Cancelling ends the process that reads it.
     *
     * @return the text, with a block at least; an error of {@link InvalidRequest}, of the field "body", where the file is broken, is not
     *     what it is said to be, has no text, or is too much
     */
    public Mono<ExtractedText> read(Source source) {
        return source.format() == Format.TEXT
                ? ofText.run(() -> readHere(source)).flatMap(Answer::text)
                : Mono.defer(() -> readApart(source));
    }

    private Answer readHere(Source source) {
        try {
            ExtractedText text = PlainReader.read(source, properties.maxText());
            return text.blocks().isEmpty()
                    ? new Answer(null, new Unreadable("no text", "some"))
                    : new Answer(text, null);
        } catch (Unreadable refused) {
            return new Answer(null, refused);
        }
    }

    private Mono<ExtractedText> readApart(Source source) {
        AtomicReference<@Nullable ExtractionProcess> reading = new AtomicReference<>();
        return readers.run(() -> answer(source, reading))
                .doOnCancel(() -> {
                    ExtractionProcess process = reading.get();
                    if (process != null) {
                        process.end();
                    }
                })
                .flatMap(Answer::text);
    }

    /** Not by an exception, which nobody would take any more after a cancel. */
    private record Answer(
            @Nullable ExtractedText said, @Nullable Unreadable problem) {

        Mono<ExtractedText> text() {
            Unreadable refused = problem;
            return refused == null ? Mono.justOrEmpty(said) : Mono.error(() -> Extractor.refused(refused));
        }
    }

    private Answer answer(Source source, AtomicReference<@Nullable ExtractionProcess> reading) {
        ExtractionProcess process = take();
        reading.set(process);
        try {
            return new Answer(process.read(source), null);
        } catch (Unreadable refused) {
            return new Answer(null, refused);
        } finally {
            reading.set(null);
            giveBack(process);
        }
    }

    private static InvalidRequest refused(Unreadable refused) {
        return InvalidRequest.of("body", refused.found(), refused.expected());
    }

    private ExtractionProcess take() {
        ExtractionProcess process = takeIdle();
        return process == null ? ExtractionProcess.start(properties) : process;
    }

    private synchronized @Nullable ExtractionProcess takeIdle() {
        idle.removeIf(process -> !process.isAlive());
        return idle.poll();
    }

    private synchronized void giveBack(ExtractionProcess process) {
        lastUse = System.nanoTime();
        if (ending.isDisposed()) {
            process.end();
        } else if (process.isAlive()) {
            idle.push(process);
        }
    }

    private synchronized void endIdle() {
        if (System.nanoTime() - lastUse > properties.idle().toNanos()) {
            idle.forEach(ExtractionProcess::end);
            idle.clear();
        }
    }

    /** Ends the processes. */
    @Override
    public synchronized void close() {
        ending.dispose();
        readers.close();
        ofText.close();
        idle.forEach(ExtractionProcess::end);
        idle.clear();
    }
}
