package dev.rhizome.extraction;

import dev.rhizome.fairness.FairTurns;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Reads files in processes of their own, a few at a time, tenants in turn. */
public final class Extractor implements AutoCloseable {

    private static final int WAITING = 1_000;
    private static final int WAITING_OF_TENANT = 100;

    private final ExtractionProperties properties;
    private final Scheduler scheduler;
    private final FairTurns turns;
    /** Processes that have nothing to read, the one that read last in front. */
    private final Deque<ExtractionProcess> idle = new ArrayDeque<>();

    private long lastUse;

    /**
     * Starts no process yet.
     *
     * @param weights of tenants, 1 or more
     */
    public Extractor(ExtractionProperties properties, ToIntFunction<TenantId> weights) {
        this.properties = properties;
        int processes = properties.processes();
        this.scheduler = Schedulers.newBoundedElastic(processes, WAITING, "extraction");
        this.turns = new FairTurns(
                new FairTurns.Limits(
                        "process that reads files",
                        processes,
                        processes,
                        processes,
                        WAITING_OF_TENANT,
                        WAITING,
                        Duration.ZERO),
                weights,
                (tenant, nanos) -> {});
        scheduler.schedulePeriodically(
                this::endIdle, properties.idle().toMillis(), properties.idle().toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * What a file says. Cancelling ends the process that reads it.
     *
     * @return the text, with a block at least; an error of {@link InvalidRequest}, of the field "body", where the file is broken, is not
     *     what it is said to be, has no text, or is too much
     */
    public Mono<ExtractedText> read(Source source) {
        return source.format() == Format.TEXT
                ? Mono.fromCallable(() -> readHere(source)).onErrorMap(Unreadable.class, Extractor::refused)
                : Mono.deferContextual(context -> {
                    FairTurns.Who who = new FairTurns.Who(context.getOrDefault(TenantId.class, null), false);
                    return Flux.usingWhen(
                                    turns.next(who), turn -> readApart(source), turn -> Mono.fromRunnable(turn::end))
                            .next();
                });
    }

    /** Splitting at empty lines takes little of anything. */
    private ExtractedText readHere(Source source) throws Unreadable {
        ExtractedText text = PlainReader.read(source, properties.maxText());
        if (text.blocks().isEmpty()) {
            throw new Unreadable("no text", "some");
        }
        return text;
    }

    private Mono<ExtractedText> readApart(Source source) {
        AtomicReference<@Nullable ExtractionProcess> reading = new AtomicReference<>();
        return Mono.fromCallable(() -> answer(source, reading))
                .subscribeOn(scheduler)
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

    private synchronized ExtractionProcess take() {
        ExtractionProcess process = idle.poll();
        while (process != null && !process.isAlive()) {
            process = idle.poll();
        }
        return process == null ? ExtractionProcess.start(properties) : process;
    }

    private synchronized void giveBack(ExtractionProcess process) {
        lastUse = System.nanoTime();
        if (process.isAlive()) {
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
        scheduler.dispose();
        idle.forEach(ExtractionProcess::end);
        idle.clear();
    }
}
