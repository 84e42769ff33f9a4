package dev.rhizome.bench;

import dev.rhizome.bench.service.Blocking;
import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.client.ProblemException;
import dev.rhizome.client.Request;
import dev.rhizome.client.RhizomeClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Two tenants of one size: a quiet one that is measured, and a loud one. */
final class NeighboursRun {

    private static final Duration PAUSE = Duration.ofMillis(30);
    private static final Duration BEFORE_MEASURING = Duration.ofSeconds(3);
    private static final Duration AFTER_A_REFUSAL = Duration.ofMillis(50);
    private static final String PREFIX = "thing-";
    private static final int WARM_UPS = 2;
    private static final int EDGES = 4;
    private static final int WORDS = 3_000;
    private static final int WORDS_OF_A_QUERY = 5;
    /** Nearly as many as a query may have. */
    private static final int WORDS_OF_A_LONG_QUERY = 1_400;
    /** Nearly as many as a text may have. */
    private static final int WORDS_OF_A_LONG_TEXT = 13_000;

    private static final int TEXTS_OF_AN_UPLOAD = 30;
    private static final int UPLOADS_PER_CLIENT = 5;
    private static final int BAD_REQUEST = 400;

    /**
     * How much is done.
     *
     * @param things of each tenant
     * @param clients of the loud one
     * @param seconds of each turn
     */
    record Plan(int things, int clients, int seconds) {}

    /** What the loud tenant does. */
    enum Noise {
        NONE,
        SEARCHES,
        VECTORS,
        WALKS,
        UPLOADS,
        /** Requests that are refused as soon as they are read, as fast as they can be sent. */
        REFUSALS
    }

    /**
     * How the quiet tenant fared.
     *
     * @param noise beside what
     * @param latencies of its searches
     * @param failed searches that were not answered
     * @param answers that the loud tenant got meanwhile
     * @param p99OfAlone its P99 in parts of its P99 alone
     */
    record Figures(Noise noise, Latencies latencies, long failed, long answers, double p99OfAlone) {}

    private final Session session;
    private final Plan plan;
    private final Clusters clusters;
    private final Random random;
    private final List<String> words;
    private final RhizomeClient quiet;
    private final RhizomeClient loud;

    NeighboursRun(Session session, Plan plan, int dimensions) {
        this.session = session;
        this.plan = plan;
        this.clusters = new Clusters(dimensions, session.seed());
        this.random = new Random(session.seed());
        this.words = IntStream.range(0, WORDS).mapToObj(number -> word()).toList();
        this.quiet = session.newTenant("quiet").client();
        this.loud = session.newTenant("loud").client();
    }

    /** Loads, measures, prints and gives the figures. */
    List<Figures> measure() {
        fill(quiet);
        fill(loud);
        for (int round = 0; round < WARM_UPS; round++) {
            Figures unused = turn(Noise.NONE, 1);
        }
        Figures alone = turn(Noise.NONE, 1);
        double p99 = alone.latencies().p99Ms();
        List<Figures> figures = new ArrayList<>();
        figures.add(new Figures(Noise.NONE, alone.latencies(), alone.failed(), alone.answers(), 1));
        for (Noise noise : EnumSet.complementOf(EnumSet.of(Noise.NONE))) {
            figures.add(turn(noise, p99));
        }
        print(figures);
        return figures;
    }

    private void fill(RhizomeClient tenant) {
        BulkLoad load = new BulkLoad(tenant, session.out());
        load.load("things", "/v1/entities", this::things, plan.things()).complete();
        load.load("relationships", "/v1/relationships", this::edges, (long) plan.things() * EDGES)
                .complete();
    }

    private Iterator<Map<String, Object>> things() {
        Iterator<float[]> vectors = clusters.vectors(session.seed(), plan.things());
        return IntStream.range(0, plan.things())
                .mapToObj(number -> Map.<String, Object>of(
                        "id",
                        PREFIX + number,
                        "type",
                        "THING",
                        "name",
                        text(WORDS_OF_A_QUERY),
                        "embedding",
                        vectors.next()))
                .iterator();
    }

    /** From each to the next few, so that none is there twice. */
    private Iterator<Map<String, Object>> edges() {
        return IntStream.range(0, plan.things() * EDGES)
                .mapToObj(number -> Map.<String, Object>of(
                        "source", PREFIX + number / EDGES,
                        "target", PREFIX + (number / EDGES + 1 + number % EDGES * 17) % plan.things(),
                        "type", "NEXT"))
                .iterator();
    }

    private Figures turn(Noise noise, double alone) {
        LongAdder answers = new LongAdder();
        Disposable running = noise(noise, answers);
        try {
            Blocking.await(Mono.delay(noise == Noise.NONE ? Duration.ZERO : BEFORE_MEASURING)
                    .then());
            answers.reset();
            return measured(noise, answers, alone);
        } finally {
            running.dispose();
        }
    }

    private Figures measured(Noise noise, LongAdder answers, double alone) {
        LongAdder failed = new LongAdder();
        long began = System.nanoTime();
        long end = began + Duration.ofSeconds(plan.seconds()).toNanos();
        List<Long> nanos = Blocking.get(Mono.defer(this::timed)
                .onErrorResume(error -> Mono.fromRunnable(failed::increment))
                .delayElement(PAUSE)
                .repeat(() -> System.nanoTime() < end)
                .collectList());
        long[] all = nanos.stream().mapToLong(Long::longValue).toArray();
        if (all.length == 0) {
            throw new IllegalStateException("none of " + failed.sum() + " searches was answered");
        }
        Latencies latencies = Latencies.of(all, System.nanoTime() - began);
        return new Figures(noise, latencies, failed.sum(), answers.sum(), latencies.p99Ms() / alone);
    }

    private Mono<Long> timed() {
        Request search = Request.post("/v1/search", Map.of("query", text(WORDS_OF_A_QUERY)));
        long began = System.nanoTime();
        return quiet.send(search).map(answer -> System.nanoTime() - began);
    }

    private Disposable noise(Noise noise, LongAdder answers) {
        int clients = noise == Noise.UPLOADS ? Math.max(1, plan.clients() / UPLOADS_PER_CLIENT) : plan.clients();
        return Flux.range(0, noise == Noise.NONE ? 0 : clients)
                .flatMap(
                        client -> Mono.defer(() -> loudly(noise))
                                .doOnSuccess(answer -> answers.increment())
                                .onErrorResume(
                                        refused -> Mono.delay(AFTER_A_REFUSAL).then())
                                .repeat(),
                        clients)
                .subscribe();
    }

    private Mono<Void> loudly(Noise noise) {
        return switch (noise) {
            case NONE -> Mono.never();
            case SEARCHES ->
                loud.send(Request.post(
                                "/v1/search", Map.of("query", text(WORDS_OF_A_LONG_QUERY), "limit", 200, "hops", 3)))
                        .then();
            case VECTORS -> {
                float[] query = clusters.vectors(number(Integer.MAX_VALUE), 1).next();
                yield loud.send(Request.post(
                                "/v1/search", Map.of("embedding", query, "limit", 200, "legs", List.of("vector"))))
                        .then();
            }
            case WALKS ->
                loud.send(Request.get("/v1/graph/traverse?hops=5&limit=1000&from=" + PREFIX + number(plan.things())))
                        .then();
            case REFUSALS ->
                loud.send(Request.post("/v1/search", Map.of("limit", -1)))
                        .then()
                        .onErrorComplete(NeighboursRun::isRefused);
            case UPLOADS ->
                loud.upload("/v1/entities", Flux.range(0, TEXTS_OF_AN_UPLOAD).map(this::longText))
                        .then();
        };
    }

    private static boolean isRefused(Throwable error) {
        return error instanceof ProblemException problem && problem.status() == BAD_REQUEST;
    }

    private Map<String, Object> longText(int number) {
        return Map.of(
                "id",
                "text-" + number(1_000),
                "type",
                "TEXT",
                "name",
                "text " + number,
                "text",
                text(WORDS_OF_A_LONG_TEXT));
    }

    private void print(List<Figures> figures) {
        Table table = new Table(
                "beside",
                "searches",
                "P50 ms",
                "P95 ms",
                "P99 ms",
                "failed",
                "answers to the loud",
                "P99 of P99 alone");
        for (Figures each : figures) {
            Latencies latencies = each.latencies();
            table.row(
                    each.noise().name().toLowerCase(Locale.ROOT),
                    String.valueOf(latencies.requests()),
                    Table.decimals(1, latencies.p50Ms()),
                    Table.decimals(1, latencies.p95Ms()),
                    Table.decimals(1, latencies.p99Ms()),
                    String.valueOf(each.failed()),
                    String.valueOf(each.answers()),
                    Table.decimals(1, each.p99OfAlone()));
        }
        table.print(session.out());
    }

    private String text(int count) {
        return IntStream.range(0, count)
                .mapToObj(position -> words.get(number(WORDS)))
                .collect(Collectors.joining(" "));
    }

    private String word() {
        return IntStream.range(0, 3 + random.nextInt(6))
                .mapToObj(position -> String.valueOf((char) ('a' + random.nextInt('z' - 'a' + 1))))
                .collect(Collectors.joining());
    }

    /** At random, from any thread. */
    private int number(int bound) {
        synchronized (random) {
            return random.nextInt(bound);
        }
    }
}
