package dev.rhizome.bench.faults;

import dev.rhizome.client.RhizomeClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Load on a service and its database, one fault after another, and what has to be true after each. */
public final class SoakRun {

    private static final int FEWEST_TENANTS = 2;
    private static final int BESIDE_OTHER_WORK = 3;
    private static final Duration UNTIL_READY = Duration.ofSeconds(2);
    private static final Duration UNTIL_ANSWERED = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(5);
    /** Connections that background jobs may have while no client does. */
    private static final int MOST_OF_JOBS = 2;

    private static final List<String> CHAINS = List.of("/v1/events/verify", "/v1/provenance/verify");

    /**
     * How much.
     *
     * @param lasting of the whole; zero for each fault once
     * @param every time from one fault to the next
     * @param seed of the faults' order and of what they do
     * @param faults to draw from; each comes once before one comes twice
     * @param tenants with clients of their own
     * @param diskMb of the database
     */
    public record Plan(Duration lasting, Duration every, long seed, List<Fault> faults, int tenants, int diskMb) {

        /** Each of {@code faults} once, beside other work: the service may take longer to be well again. */
        public static Plan onceEach(List<Fault> faults, Duration every, long seed, int diskMb) {
            return new Plan(Duration.ZERO, every, seed, faults, FEWEST_TENANTS, diskMb);
        }

        private boolean isOnceEach() {
            return lasting.isZero();
        }

        private Duration patience(Duration limit) {
            return isOnceEach() ? limit.multipliedBy(BESIDE_OTHER_WORK) : limit;
        }
    }

    /**
     * What was seen of one fault.
     *
     * @param lastedMs from its beginning to its end
     * @param readyMs from its end until the service was ready
     * @param answeredMs from its end until every tenant was answered
     * @param acknowledged writes so far
     * @param wrong what should not be, in words
     */
    public record Outcome(
            Fault fault, long lastedMs, long readyMs, long answeredMs, long acknowledged, List<String> wrong) {}

    /**
     * What was seen.
     *
     * @param outcomes fault by fault
     * @param reads that were answered
     * @param refused requests that were told to come again later
     * @param broken requests without an answer
     * @param resent writes that were sent again
     * @param growth of the service
     * @param wrong everything that should not be
     */
    public record Figures(
            List<Outcome> outcomes,
            long reads,
            long refused,
            long broken,
            long resent,
            Growth growth,
            List<String> wrong) {}

    private final Plan plan;
    private final Consumer<Outcome> told;
    private final Random random;
    private final List<Fault> bag = new ArrayList<>();
    private final List<Growth.Sample> samples = new ArrayList<>();
    private long began;

    /** Tells each outcome to {@code told} when it is there. */
    public SoakRun(Plan plan, Consumer<Outcome> told) {
        this.plan = plan;
        this.told = told;
        this.random = new Random(plan.seed());
    }

    /** Runs it on a site of its own. */
    public Figures run() throws IOException {
        try (Site site = Site.open(plan.diskMb());
                FaultLoad load = new FaultLoad(site, plan.tenants())) {
            began = System.nanoTime();
            List<Outcome> outcomes = new ArrayList<>();
            load.resume();
            while (outcomes.size() < fewest() || elapsed().compareTo(plan.lasting()) < 0) {
                watch(site);
                Outcome outcome = strike(site, load, next());
                outcomes.add(outcome);
                told.accept(outcome);
            }
            load.pause();
            return figures(load, site, outcomes);
        }
    }

    private Figures figures(FaultLoad load, Site site, List<Outcome> outcomes) {
        Growth growth = Growth.of(samples);
        List<String> wrong = new ArrayList<>(load.unexpected());
        outcomes.forEach(outcome ->
                outcome.wrong().forEach(each -> wrong.add(outcome.fault().label() + ": " + each)));
        if (!growth.isBounded()) {
            wrong.add("the service grows: " + growth);
        }
        long[] counts = load.counts();
        long resent = load.journal().compare(site.postgres()).resent();
        return new Figures(outcomes, counts[0], counts[1], counts[2], resent, growth, List.copyOf(wrong));
    }

    private int fewest() {
        return plan.isOnceEach() ? plan.faults().size() : 0;
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** The service is killed in the first third only: how a process grows is seen in one that lives. */
    private Fault next() {
        if (bag.isEmpty()) {
            bag.addAll(plan.faults());
            if (!plan.isOnceEach() && elapsed().multipliedBy(3).compareTo(plan.lasting()) > 0 && bag.size() > 1) {
                bag.remove(Fault.KILL_SERVICE);
            }
            Collections.shuffle(bag, random);
        }
        return bag.removeLast();
    }

    private void watch(Site site) {
        long end = System.nanoTime() + plan.every().toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(Math.min(BETWEEN_SAMPLES.toNanos(), end - System.nanoTime()));
            samples.add(new Growth.Sample(
                    elapsed().toMillis() / 60e3,
                    site.service().memoryMb(),
                    site.service().threads(),
                    site.service().openFiles()));
        }
    }

    private Outcome strike(Site site, FaultLoad load, Fault fault) {
        List<String> wrong = new ArrayList<>();
        long start = System.nanoTime();
        fault.happen(site, random);
        long lasted = System.nanoTime() - start;
        if (fault == Fault.KILL_SERVICE) {
            samples.clear();
        }
        Duration ready = within("ready", plan.patience(UNTIL_READY), site.untilReady(LONGEST), wrong);
        Duration answered = within(
                "answering every tenant",
                plan.patience(UNTIL_ANSWERED),
                ready.plus(Site.until(LONGEST, () -> answersAll(load))),
                wrong);
        load.pause();
        long acknowledged = check(site, load, wrong);
        load.resume();
        return new Outcome(
                fault, lasted / 1_000_000, ready.toMillis(), answered.toMillis(), acknowledged, List.copyOf(wrong));
    }

    private static Duration within(String what, Duration limit, Duration took, List<String> wrong) {
        if (took.compareTo(limit) > 0) {
            wrong.add(what + " after " + took.toMillis() + " ms only");
        }
        return took;
    }

    private static boolean answersAll(FaultLoad load) {
        return load.clients().stream().allMatch(client -> got(client.client(), "/v1/events?limit=1") != null);
    }

    /** While no client sends anything. */
    private static long check(Site site, FaultLoad load, List<String> wrong) {
        Journal.Difference difference = load.journal().compare(site.postgres());
        if (!difference.isNone()) {
            wrong.add(difference.toString());
        }
        for (FaultLoad.Client client : load.clients()) {
            for (String chain : CHAINS) {
                JsonNode verdict = got(client.client(), chain);
                if (verdict == null || !verdict.path("valid").asBoolean(false)) {
                    wrong.add(chain + " of tenant " + client.number() + ": " + verdict);
                }
            }
        }
        JsonNode pool = got(site.client(), "/health/database");
        if (pool == null || pool.at("/stats/activeConnections").asInt(-1) > MOST_OF_JOBS) {
            wrong.add("the pool is not at rest: " + pool);
        }
        return difference.acknowledged();
    }

    private static @Nullable JsonNode got(RhizomeClient client, String path) {
        return client.get(path)
                .timeout(LONGEST)
                .onErrorResume(failed -> Mono.empty())
                .block();
    }
}
