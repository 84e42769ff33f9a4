package dev.rhizome.bench;

import dev.rhizome.bench.service.Blocking;
import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.client.Request;
import dev.rhizome.client.RhizomeClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ProgressBar;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Many tenants of one size, each with one client that asks again as soon as it has an answer. */
final class CrowdRun {

    private static final Duration BEFORE_MEASURING = Duration.ofSeconds(5);
    private static final Duration AFTER_A_REFUSAL = Duration.ofMillis(100);
    private static final List<String> WORDS = List.of("amber", "birch", "cobalt", "delta", "ember", "fjord", "grove");

    /**
     * How much is done.
     *
     * @param tenants at once
     * @param things of each
     * @param seconds that are measured
     */
    record Plan(int tenants, int things, int seconds) {}

    /**
     * How evenly they shared.
     *
     * @param latencies of all answers
     * @param refused requests that were not answered
     * @param fewest answers of a tenant
     * @param median of the tenants' answers
     * @param most answers of a tenant
     * @param fewestOfMost the first in parts of the last
     * @param jain square of the sum in parts of the number of tenants times the sum of squares
     */
    record Figures(
            Latencies latencies, long refused, int fewest, int median, int most, double fewestOfMost, double jain) {}

    private final Session session;
    private final Plan plan;
    private final AtomicIntegerArray answers;
    private final AtomicLong refused = new AtomicLong();
    private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();

    CrowdRun(Session session, Plan plan) {
        this.session = session;
        this.plan = plan;
        this.answers = new AtomicIntegerArray(plan.tenants());
    }

    /** Makes the tenants, measures, prints and gives the figures. */
    Figures measure() {
        List<RhizomeClient> clients = tenants();
        Disposable running = Flux.range(0, clients.size())
                .flatMap(number -> again(number, clients.get(number)), clients.size())
                .subscribe();
        try {
            pass(BEFORE_MEASURING);
            int[] before = snapshot();
            nanos.clear();
            refused.set(0);
            long began = System.nanoTime();
            pass(Duration.ofSeconds(plan.seconds()));
            return printed(before, snapshot(), System.nanoTime() - began);
        } finally {
            running.dispose();
        }
    }

    private static void pass(Duration time) {
        Blocking.await(Mono.delay(time).then());
    }

    private List<RhizomeClient> tenants() {
        List<RhizomeClient> clients = new ArrayList<>();
        try (ProgressBar bar = BulkLoad.progress("tenants", plan.tenants())) {
            for (int number = 0; number < plan.tenants(); number++) {
                RhizomeClient client = session.newTenant("crowd-" + number).client();
                Blocking.await(client.upload(
                                "/v1/entities", Flux.range(0, plan.things()).map(CrowdRun::thing))
                        .then());
                clients.add(client);
                bar.step();
            }
        }
        return clients;
    }

    private static Map<String, Object> thing(int number) {
        String name = WORDS.get(number % WORDS.size()) + " " + WORDS.get((number + number / 7) % WORDS.size());
        return Map.of("id", "thing-" + number, "type", "THING", "name", name);
    }

    private Mono<Void> again(int number, RhizomeClient client) {
        Map<String, Object> search =
                Map.of("query", WORDS.get(number % WORDS.size()), "legs", List.of("text"), "hops", 0);
        return Mono.defer(() -> timed(number, client, Request.post("/v1/search", search)))
                .repeat()
                .then();
    }

    private Mono<Void> timed(int number, RhizomeClient client, Request search) {
        long began = System.nanoTime();
        return client.send(search)
                .doOnNext(answer -> {
                    answers.incrementAndGet(number);
                    nanos.add(System.nanoTime() - began);
                })
                .then()
                .onErrorResume(error -> {
                    refused.incrementAndGet();
                    return Mono.delay(AFTER_A_REFUSAL).then();
                });
    }

    private int[] snapshot() {
        int[] now = new int[plan.tenants()];
        Arrays.setAll(now, answers::get);
        return now;
    }

    private Figures printed(int[] before, int[] after, long wallNanos) {
        int[] each = new int[after.length];
        Arrays.setAll(each, number -> after[number] - before[number]);
        Arrays.sort(each);
        double sum = Arrays.stream(each).sum();
        double squares =
                Arrays.stream(each).mapToDouble(many -> (double) many * many).sum();
        long[] all = nanos.stream().mapToLong(Long::longValue).toArray();
        if (all.length == 0) {
            throw new IllegalStateException("none of " + refused + " searches was answered");
        }
        int most = each[each.length - 1];
        Figures figures = new Figures(
                Latencies.of(all, wallNanos),
                refused.get(),
                each[0],
                each[each.length / 2],
                most,
                (double) each[0] / most,
                sum * sum / (each.length * squares));
        print(figures);
        return figures;
    }

    private void print(Figures figures) {
        Table table = new Table(
                "tenants",
                "answers",
                "refused",
                "P50 ms",
                "P99 ms",
                "fewest",
                "median",
                "most",
                "fewest of most",
                "Jain");
        table.row(
                String.valueOf(plan.tenants()),
                String.valueOf(figures.latencies().requests()),
                String.valueOf(figures.refused()),
                Table.decimals(1, figures.latencies().p50Ms()),
                Table.decimals(1, figures.latencies().p99Ms()),
                String.valueOf(figures.fewest()),
                String.valueOf(figures.median()),
                String.valueOf(figures.most()),
                Table.decimals(3, figures.fewestOfMost()),
                Table.decimals(4, figures.jain()));
        table.print(session.out());
    }
}
