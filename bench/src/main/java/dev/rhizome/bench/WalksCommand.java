package dev.rhizome.bench;

import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.client.Request;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code bench walks}. */
@Command(
        name = "walks",
        description = "Walks over a graph made at random: latency and throughput of each number of hops.",
        footer = {
            "",
            "In a uniform graph each end of a relationship is any entity; in a power-law graph an entity is the likelier"
                    + " an end the more relationships it has (Barabási and Albert, 1999), so there are hubs. Walks start"
                    + " anywhere, go both ways and end at 1,000 entities."
        })
final class WalksCommand implements Callable<Integer> {

    private static final int LIMIT = 1_000;
    private static final String PREFIX = "node-";

    private enum Shape {
        UNIFORM,
        POWER_LAW
    }

    private record Figures(int hops, int clients, double reached, Latencies latencies) {}

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--entities", paramLabel = "N", description = "Of the graph (${DEFAULT-VALUE}).")
    private int entities = 10_000;

    @Option(names = "--degree", paramLabel = "N", description = "Relationships for each entity (${DEFAULT-VALUE}).")
    private int degree = 5;

    @Option(names = "--shape", paramLabel = "SHAPE", description = "UNIFORM or POWER_LAW (${DEFAULT-VALUE}).")
    private Shape shape = Shape.UNIFORM;

    @Option(names = "--queries", paramLabel = "N", description = "Of each number of hops (${DEFAULT-VALUE}).")
    private int queries = 300;

    @Option(names = "--warm-up", paramLabel = "N", description = "Walks before those that count (${DEFAULT-VALUE}).")
    private int warmUp = 600;

    @Option(names = "--clients", paramLabel = "N", split = ",", description = "At once (${DEFAULT-VALUE}).")
    private List<Integer> clients = List.of(1, 8);

    @Mixin
    private VectorOptions vectors = new VectorOptions();

    WalksCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        BenchOptions.atLeast("--entities", entities, 10);
        BenchOptions.atLeast("--degree", degree, 1);
        BenchOptions.atLeast("--queries", queries, 1);
        BenchOptions.atLeast("--warm-up", warmUp, 0);
        clients.forEach(count -> BenchOptions.atLeast("--clients", count, 1));
        try (Session session = Session.open(options, spec.commandLine().getOut())) {
            Session.Scratch tenant = session.newTenant("walks");
            BulkLoad load = new BulkLoad(tenant.client(), session.out());
            load.load("entities", "/v1/entities", this::nodes, entities).complete();
            Set<Map<String, Object>> edges = edges(new Random(options.seed()));
            load.load("relationships", "/v1/relationships", edges, edges.size()).complete();
            List<Figures> figures = measure(tenant);
            print(session, figures);
            session.report("walks", settings(), Map.of("walks", figures));
        }
        return 0;
    }

    /** They are only walked over, so any vectors will do, and short ones are read faster. */
    private Iterator<Map<String, Object>> nodes() {
        int dimensions = vectors.dimensions();
        return IntStream.range(0, entities)
                .mapToObj(number -> {
                    int[] vector = new int[dimensions];
                    vector[number % dimensions] = 1;
                    vector[number * 7 % dimensions] += 1;
                    return Map.<String, Object>of(
                            "id", PREFIX + number, "type", "NODE", "name", "node " + number, "embedding", vector);
                })
                .iterator();
    }

    private Set<Map<String, Object>> edges(Random random) {
        Set<Map<String, Object>> edges = new HashSet<>();
        int[] ends = new int[2 * entities * degree];
        int count = 0;
        for (int source = 1; source < entities; source++) {
            for (int i = 0; i < degree; i++) {
                boolean any = shape == Shape.UNIFORM || count == 0 || random.nextBoolean();
                int target = any ? random.nextInt(source) : ends[random.nextInt(count)];
                if (target != source && edges.add(edge(source, target, random))) {
                    ends[count++] = source;
                    ends[count++] = target;
                }
            }
        }
        return edges;
    }

    private static Map<String, Object> edge(int source, int target, Random random) {
        return Map.of(
                "source",
                PREFIX + source,
                "target",
                PREFIX + target,
                "type",
                "RELATED",
                "confidence",
                (1 + random.nextInt(100)) / 100.0);
    }

    private List<Figures> measure(Session.Scratch tenant) {
        Random random = new Random(options.seed() + 1);
        List<Figures> figures = new ArrayList<>();
        try (ProgressBar bar = BulkLoad.progress("walks", warmUp + 3L * clients.size() * queries)) {
            walks(tenant, 3, random, bar).run(1, warmUp);
            for (int at : clients) {
                for (int hops = 1; hops <= 3; hops++) {
                    Load.Sample<Integer> sample =
                            walks(tenant, hops, random, bar).run(at, queries);
                    double reached = sample.replies().stream()
                            .mapToInt(Load.Reply::kept)
                            .average()
                            .orElse(0);
                    figures.add(new Figures(hops, at, reached, sample.latencies()));
                }
            }
        }
        return figures;
    }

    private Load<Integer> walks(Session.Scratch tenant, int hops, Random random, ProgressBar bar) {
        int[] starts = random.ints(Math.max(queries, warmUp), 0, entities).toArray();
        return new Load<>(
                number -> new Load.Call(
                        tenant.client(),
                        Request.get("/v1/graph/traverse?hops=" + hops + "&limit=" + LIMIT + "&from=" + PREFIX
                                + starts[number])),
                WalksCommand::reached,
                bar);
    }

    private static int reached(JsonNode answer) {
        return answer.path("nodes").size();
    }

    private static void print(Session session, List<Figures> figures) {
        Table table = new Table("hops", "clients", "P50 ms", "P95 ms", "P99 ms", "walks/s", "entities reached");
        for (Figures each : figures) {
            table.row(
                    String.valueOf(each.hops()),
                    String.valueOf(each.clients()),
                    Table.decimals(2, each.latencies().p50Ms()),
                    Table.decimals(2, each.latencies().p95Ms()),
                    Table.decimals(2, each.latencies().p99Ms()),
                    Table.decimals(0, each.latencies().perSecond()),
                    Table.decimals(1, each.reached()));
        }
        table.print(session.out());
    }

    private Map<String, Object> settings() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("entities", entities);
        told.put("dimensions", vectors.dimensions());
        told.put("degree", degree);
        told.put("shape", shape.name().toLowerCase(Locale.ROOT));
        told.put("limit", LIMIT);
        told.put("queries", queries);
        told.put("warmUp", warmUp);
        told.put("clients", clients);
        told.put("seed", options.seed());
        return told;
    }
}
