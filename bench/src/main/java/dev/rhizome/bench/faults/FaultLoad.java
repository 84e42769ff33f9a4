package dev.rhizome.bench.faults;

import dev.rhizome.bench.faults.Journal.Kind;
import dev.rhizome.bench.service.Blocking;
import dev.rhizome.client.ProblemException;
import dev.rhizome.client.Request;
import dev.rhizome.client.RhizomeClient;
import dev.rhizome.client.Role;
import dev.rhizome.client.Tenant;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients of several tenants: some write entities, events and entries of provenance, each of which is sent again until it is
 * acknowledged, some search and walk, and look for other tenants' words in the answers.
 */
final class FaultLoad implements AutoCloseable {

    private static final List<Kind> KINDS = List.of(Kind.values());
    private static final int WRITERS = 3;
    private static final int READERS = 2;
    private static final Duration PAUSE = Duration.ofMillis(25);
    private static final Duration AFTER_A_FAILURE = Duration.ofMillis(100);
    private static final long LONGEST_PAUSE_SECONDS = 60;
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(40);
    /** What a service may say that cannot do its work now. */
    private static final Set<Integer> NOT_NOW = Set.of(429, 503, 504);

    /** A tenant, and the word that is in everything of it and of nobody else. */
    record Client(int number, String id, String word, RhizomeClient client) {

        private String name(int write) {
            return "soak-" + number + "-" + write;
        }
    }

    private final Journal journal = new Journal();
    private final List<Client> clients = new ArrayList<>();
    private final AtomicInteger writes = new AtomicInteger();
    private final LongAdder reads = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder broken = new LongAdder();
    private final Set<String> unexpected = new ConcurrentSkipListSet<>();
    private final Phaser gate = new Phaser(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean paused = true;
    private volatile boolean over;

    /** Makes so many tenants at {@code site}; nothing runs before {@link #resume}. */
    FaultLoad(Site site, int tenants) {
        this(site.client(), site.operator(), tenants);
    }

    /** Makes so many tenants as {@code operator}, which send by {@code client}; nothing runs before {@link #resume}. */
    FaultLoad(RhizomeClient client, RhizomeClient operator, int tenants) {
        for (int number = 0; number < tenants; number++) {
            Tenant tenant = Blocking.get(operator.tenants().create("soak-" + number, "soak"));
            String key = Blocking.get(operator.tenants().issueKey(tenant.id(), Role.WRITER, "soak"))
                    .key();
            RhizomeClient own = client.withKey(key).withLongestSilence(LONGEST_SILENCE);
            clients.add(new Client(number, tenant.id(), "zorb" + (char) ('a' + number) + "q", own));
        }
    }

    Journal journal() {
        return journal;
    }

    List<Client> clients() {
        return List.copyOf(clients);
    }

    /** When a write was acknowledged last, as {@code System.nanoTime} tells. */
    long lastAcknowledged() {
        return journal.lastAcknowledged();
    }

    /** Answers that readers got, requests that were refused for now, and requests without an answer. */
    long[] counts() {
        return new long[] {reads.sum(), refused.sum(), broken.sum()};
    }

    /** What no client should ever have got: other tenants' words, and answers that are neither right nor "not now". */
    Set<String> unexpected() {
        return Set.copyOf(unexpected);
    }

    /** Has all clients go on. */
    void resume() {
        paused = false;
        for (Client client : clients) {
            for (int writer = 0; writer < WRITERS; writer++) {
                go(() -> write(client));
            }
            for (int reader = 0; reader < READERS; reader++) {
                boolean walks = reader % 2 == 1;
                go(() -> read(client, walks));
            }
        }
    }

    /** Waits until no request is under way: every write that was begun is acknowledged. An error where one is not for a minute. */
    void pause() {
        paused = true;
        try {
            int unused = gate.awaitAdvanceInterruptibly(gate.arrive(), LONGEST_PAUSE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "a write is refused for a minute now; the database may have no room left, see --disk", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void go(Runnable turn) {
        int unused = gate.register();
        threads.execute(() -> {
            try {
                while (!paused && !over) {
                    turn.run();
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            } finally {
                int unusedPhase = gate.arriveAndDeregister();
            }
        });
    }

    private void write(Client client) {
        int number = writes.incrementAndGet();
        Kind kind = KINDS.get(number % KINDS.size());
        String id = client.name(number);
        Request request = Request.post(kind.path(), body(kind, id, client.word()));
        journal.send(client.id(), kind, id);
        while (!over && !sent(client, request)) {
            journal.sendAgain();
            LockSupport.parkNanos(AFTER_A_FAILURE.toNanos());
        }
        if (!over) {
            journal.acknowledge(client.id(), kind, id);
        }
    }

    private static Map<String, Object> body(Kind kind, String id, String word) {
        return switch (kind) {
            case ENTITY -> Map.of("id", id, "type", "THING", "name", word + " clock", "text", "A clock of " + id);
            case EVENT -> Map.of("id", id, "type", "routing_decision", "context", Map.of("word", word));
            case PROVENANCE ->
                Map.of(
                        "type",
                        "verdict",
                        "id",
                        id,
                        "description",
                        word + " keeps to its budget.",
                        "references",
                        List.of("caws.budget"),
                        "scores",
                        Map.of("budgetAdherence", 0.9, "gateIntegrity", 1));
        };
    }

    private void read(Client client, boolean walks) {
        Request request = walks
                ? Request.get("/v1/events?limit=20")
                : Request.post("/v1/search", Map.of("query", "clock of budget", "limit", 20));
        if (sent(client, request)) {
            reads.increment();
        }
    }

    /** Whether it was answered. */
    private boolean sent(Client client, Request request) {
        try {
            look(client, new String(Blocking.get(client.client().send(request)), StandardCharsets.UTF_8));
            return true;
        } catch (ProblemException problem) {
            refused.increment();
            if (!NOT_NOW.contains(problem.status())) {
                unexpected.add(request.method() + " " + request.path() + ": " + problem.getMessage());
            }
            return false;
        } catch (RuntimeException noAnswer) {
            broken.increment();
            return false;
        }
    }

    private void look(Client client, String answer) {
        for (Client other : clients) {
            if (other.number() != client.number() && answer.contains(other.word())) {
                unexpected.add("tenant " + client.number() + " got what is of tenant " + other.number());
            }
        }
    }

    @Override
    public void close() {
        over = true;
        threads.shutdown();
    }
}
