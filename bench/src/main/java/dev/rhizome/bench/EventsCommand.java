package dev.rhizome.bench;

import dev.rhizome.bench.service.Blocking;
import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.bench.service.Totals;
import dev.rhizome.client.Request;
import dev.rhizome.client.RhizomeClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** {@code bench events}. */
@Command(
        name = "events",
        description = "How fast performance events are taken into the chain of one tenant, and found again.",
        footer = {
            "",
            "Events of many agents, some weeks of them in the order of time, come as NDJSON: the first half from one client,"
                    + " the second from --clients at once. Then each query asks for one agent's last hour."
        })
final class EventsCommand implements Callable<Integer> {

    private static final int LINES_IN_TURN = 500;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final List<String> TYPES = List.of(
            "task_execution_start",
            "task_execution_complete",
            "routing_decision",
            "agent_selection",
            "evaluation_outcome");

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--events", paramLabel = "N", description = "How many (${DEFAULT-VALUE}).")
    private int events = 1_000_000;

    @Option(names = "--agents", paramLabel = "N", description = "That they are of (${DEFAULT-VALUE}).")
    private int agents = 100;

    @Option(names = "--weeks", paramLabel = "N", description = "In which they happened, until now (${DEFAULT-VALUE}).")
    private int weeks = 4;

    @Option(names = "--clients", paramLabel = "N", description = "At once, after the one (${DEFAULT-VALUE}).")
    private int clients = 4;

    @Option(names = "--queries", paramLabel = "N", description = "For each number of clients (${DEFAULT-VALUE}).")
    private int queries = 4_000;

    @Option(names = "--warm-up", paramLabel = "N", description = "Queries before that (${DEFAULT-VALUE}).")
    private int warmUp = 4_000;

    @Option(names = "--no-wait", description = "Query while the roll-up job is still at work.")
    private boolean noWait;

    private Instant end = Instant.now();

    EventsCommand() {
        this.spec = CommandSpec.create();
    }

    private record Ingested(int clients, long events, double seconds) {

        double perSecond() {
            return events / seconds;
        }
    }

    private record Found(int clients, Latencies latencies) {}

    @Override
    public Integer call() {
        BenchOptions.atLeast("--events", events, 2 * clients);
        BenchOptions.atLeast("--agents", agents, 1);
        BenchOptions.atLeast("--weeks", weeks, 1);
        BenchOptions.atLeast("--queries", queries, 1);
        try (Session session = Session.open(options, spec.commandLine().getOut())) {
            end = Instant.now();
            RhizomeClient api = session.newTenant("events").client();
            List<Ingested> ingested = List.of(
                    ingest(api, 1, new Part(0, events / 2)), ingest(api, clients, new Part(events / 2, events)));
            Table rates = new Table("ingest by", "events", "seconds", "a second");
            ingested.forEach(each -> rates.row(
                    clients(each.clients()),
                    "%,d".formatted(each.events()),
                    Table.decimals(1, each.seconds()),
                    Table.decimals(0, each.perSecond())));
            rates.print(session.out());
            List<String> sizes = EventSizes.read(session.database());
            sizes.forEach(session::say);
            if (!noWait) {
                session.say("roll-ups had all of them %.1f s later".formatted(untilRolledUp(api)));
            }
            List<Found> found = find(api);
            Table latencies = new Table("one agent, last hour", "P50 ms", "P95 ms", "P99 ms", "a second");
            found.forEach(each -> latencies.row(
                    clients(each.clients()),
                    Table.decimals(2, each.latencies().p50Ms()),
                    Table.decimals(2, each.latencies().p95Ms()),
                    Table.decimals(2, each.latencies().p99Ms()),
                    Table.decimals(0, each.latencies().perSecond())));
            latencies.print(session.out());
            session.report("events", settings(), Map.of("ingest", ingested, "sizes", sizes, "lastHour", found));
        }
        return 0;
    }

    private static String clients(int count) {
        return count == 1 ? "1 client" : count + " clients";
    }

    /** Some of the events, from the one on, before the other. */
    private record Part(int from, int to) {}

    private Ingested ingest(RhizomeClient client, int clients, Part part) {
        long began = System.nanoTime();
        try (ProgressBar bar = BulkLoad.progress(clients(clients), part.to() - part.from())) {
            Flux<Totals> loads = Flux.range(0, clients)
                    .flatMap(
                            each -> BulkLoad.totals(client, "/v1/events", () -> share(part, each, clients), bar),
                            clients);
            long created = Blocking.get(loads.reduce(0L, (sum, totals) -> sum + totals.created()));
            if (created != part.to() - part.from()) {
                throw new IllegalStateException("only " + created + " events were taken");
            }
        }
        return new Ingested(clients, part.to() - part.from(), (System.nanoTime() - began) / 1e9);
    }

    /** Some lines in turn for each client, so that time goes on in the order of arrival, nearly. */
    private Iterator<Map<String, Object>> share(Part part, int client, int clients) {
        return IntStream.range(part.from(), part.to())
                .filter(i -> (i - part.from()) / LINES_IN_TURN % clients == client)
                .mapToObj(this::event)
                .iterator();
    }

    private Map<String, Object> event(int number) {
        Random random = new Random(options.seed() * 1_000_003 + number);
        Duration before =
                Duration.ofDays(7L * weeks).multipliedBy(events - number).dividedBy(events);
        double millis = Math.exp(4 + random.nextGaussian());
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("id", "event-" + options.seed() + "-" + number);
        event.put("type", TYPES.get(random.nextInt(TYPES.size())));
        event.put("at", end.minus(before).toString());
        event.put("agentId", "agent-" + random.nextInt(agents));
        event.put("taskId", "task-" + number / TYPES.size());
        event.put("latency", Map.of("averageMs", Math.round(millis), "p95Ms", Math.round(2 * millis)));
        event.put("accuracy", Map.of("successRate", random.nextInt(10) == 0 ? 0 : 1));
        event.put("metadata", Map.of("model", "m" + random.nextInt(5)));
        return event;
    }

    /** Waits for the job that reads what came, which would be measured too; seconds that it took. */
    private static double untilRolledUp(RhizomeClient api) {
        long began = System.nanoTime();
        JsonNode health = health(api);
        while (health.path("rolledUpTo").asLong() < health.path("sequence").asLong()) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            health = health(api);
        }
        return (System.nanoTime() - began) / 1e9;
    }

    private static JsonNode health(RhizomeClient client) {
        return Blocking.get(client.get("/v1/events/health"));
    }

    private List<Found> find(RhizomeClient client) {
        try (ProgressBar bar = BulkLoad.progress("queries", (long) warmUp + 2L * queries)) {
            Load<Boolean> load = Load.discarding(number -> query(client, number), bar);
            load.run(1, warmUp);
            return List.of(
                    new Found(1, load.run(1, queries).latencies()),
                    new Found(clients, load.run(clients, queries).latencies()));
        }
    }

    private Load.Call query(RhizomeClient client, int number) {
        Random random = new Random(options.seed() * 1_000_003 + number);
        String since = end.minus(Duration.ofHours(1)).toString();
        String path = "/v1/events?agentId=agent-" + random.nextInt(agents) + "&since=" + since;
        return new Load.Call(client, Request.get(path));
    }

    private Map<String, Object> settings() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("events", events);
        told.put("agents", agents);
        told.put("weeks", weeks);
        told.put("clients", clients);
        told.put("queries", queries);
        told.put("warmUp", warmUp);
        told.put("noWait", noWait);
        told.put("seed", options.seed());
        return told;
    }
}
