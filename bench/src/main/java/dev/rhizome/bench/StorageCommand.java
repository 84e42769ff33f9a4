package dev.rhizome.bench;

import dev.rhizome.bench.service.Blocking;
import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.bench.service.ServiceDatabase;
import dev.rhizome.client.RhizomeClient;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code bench storage}. */
@Command(
        name = "storage",
        description = "How much disk agents and their tasks need, table by table.",
        footer = {
            "",
            "A task is an entity of 300 characters with a vector, three relationships, ten performance events and a verdict in"
                    + " the chain of provenance. Sizes are what the tables and their indexes grew by, on a database that nobody"
                    + " else uses."
        })
final class StorageCommand implements Callable<Integer> {

    private static final int RELATIONSHIPS = 3;
    private static final int EVENTS = 10;
    private static final int VERDICTS = 1;
    private static final String[] WORDS = {
        "deploy", "review", "index", "cluster", "latency", "budget", "tenant", "graph", "vector", "agent", "ledger",
                "stream",
        "search", "release", "schema", "memory", "policy", "signal", "worker", "report", "branch", "module", "ticket",
                "metric"
    };
    private static final String SIZES = """
            select coalesce((select p.inhparent::regclass::text from pg_inherits p where p.inhrelid = c.oid), c.oid::regclass::text)
                     as table_name,
                   sum(pg_table_size(c.oid)), sum(pg_indexes_size(c.oid))
              from pg_class c
             where c.relnamespace = 'rhizome'::regnamespace and c.relkind = 'r'
             group by 1
            """;

    /**
     * What a table grew by.
     *
     * @param table its name, of all its partitions together
     * @param rowsMb MB of rows
     * @param indexesMb MB of indexes
     */
    record Grown(String table, double rowsMb, double indexesMb) {}

    private record Size(double rows, double indexes) {}

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--agents", paramLabel = "N", description = "With a description each (${DEFAULT-VALUE}).")
    private int agents = 100;

    @Option(names = "--tasks", paramLabel = "N", description = "Of all agents (${DEFAULT-VALUE}).")
    private int tasks = 1_000;

    @Mixin
    private VectorOptions vectors = new VectorOptions();

    StorageCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() throws SQLException {
        BenchOptions.atLeast("--agents", agents, 1);
        BenchOptions.atLeast("--tasks", tasks, 2);
        if (options.url() != null) {
            throw new IllegalArgumentException(
                    "--url: " + options.url() + " (expected: none; sizes are read from the database)");
        }
        try (Session session = Session.open(options, spec.commandLine().getOut())) {
            ServiceDatabase database = session.database();
            if (database == null) {
                throw new IllegalStateException("a service that is started here has a database");
            }
            Map<String, Size> before = sizes(database);
            Session.Scratch tenant = session.newTenant("storage");
            load(session, tenant.client());
            awaitVectors(database, tenant.id());
            List<Grown> grown = grown(before, sizes(database));
            session.report(
                    "storage", Map.of("agents", agents, "tasks", tasks), Map.of("tables", printed(session, grown)));
        }
        return 0;
    }

    /** Verdicts get their vectors after they are answered. */
    private static void awaitVectors(ServiceDatabase database, String tenant) {
        String waiting =
                "select 1 from rhizome.tenants_with_late_vectors(array(select model from rhizome.vector_spaces)) as t"
                        + " where t = '" + tenant + "'";
        Blocking.await(Mono.fromCallable(() -> database.rows(waiting))
                .repeatWhen(again -> again.delayElements(LOOK_AGAIN))
                .takeUntil(List::isEmpty)
                .then());
    }

    private void load(Session session, RhizomeClient client) {
        Clusters clusters = new Clusters(vectors.dimensions(), options.seed());
        Iterator<float[]> all = clusters.vectors(options.seed() + 1, tasks);
        BulkLoad load = new BulkLoad(client, session.out());
        load.load("agents", "/v1/agents", () -> lines(agents, this::agent), agents)
                .complete();
        load.load("tasks", "/v1/entities", () -> lines(tasks, number -> task(number, all.next())), tasks)
                .complete();
        int edges = RELATIONSHIPS * tasks;
        load.load("relationships", "/v1/relationships", () -> lines(edges, this::edge), edges)
                .complete();
        int events = EVENTS * tasks;
        load.load("events", "/v1/events", () -> lines(events, this::event), events)
                .complete();
        int verdicts = VERDICTS * tasks;
        load.load("verdicts", "/v1/provenance", () -> lines(verdicts, StorageCommand::verdict), verdicts)
                .complete();
    }

    private static Iterator<Map<String, Object>> lines(int count, IntFunction<Map<String, Object>> line) {
        return IntStream.range(0, count).mapToObj(line).iterator();
    }

    private Map<String, Object> agent(int number) {
        return Map.of(
                "id",
                "agent-" + number,
                "name",
                "agent " + number,
                "modelFamily",
                "m" + number % 5,
                "description",
                text(number));
    }

    private Map<String, Object> task(int number, float[] vector) {
        return Map.of(
                "id",
                "task-" + number,
                "type",
                "TASK",
                "name",
                "task " + number,
                "text",
                text(number),
                "embedding",
                vector);
    }

    private Map<String, Object> edge(int number) {
        int task = number / RELATIONSHIPS;
        int other = (task + 1 + number % RELATIONSHIPS * 7) % tasks;
        return Map.of("source", "task-" + task, "target", "task-" + other, "type", "REL_" + number % RELATIONSHIPS);
    }

    private Map<String, Object> event(int number) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("id", "event-" + number);
        event.put("type", "task_completed");
        event.put("at", Instant.now().toString());
        event.put("agentId", "agent-" + number / EVENTS % agents);
        event.put("taskId", "task-" + number / EVENTS);
        event.put("latency", Map.of("averageMs", number % 977, "p95Ms", number % 1_999));
        event.put("accuracy", Map.of("successRate", 1));
        return event;
    }

    private static Map<String, Object> verdict(int number) {
        return Map.of("type", "verdict", "id", "verdict-" + number, "description", text(number));
    }

    /** About 300 characters of words, another text for each number. */
    private static String text(int number) {
        StringBuilder text = new StringBuilder("Number " + number + ":");
        for (int i = 0; text.length() < 300; i++) {
            text.append(' ').append(WORDS[Math.floorMod(number * 31 + i * i * 7 + i, WORDS.length)]);
        }
        return text.toString();
    }

    private static Map<String, Size> sizes(ServiceDatabase database) throws SQLException {
        Map<String, Size> sizes = new LinkedHashMap<>();
        for (List<String> row : database.rows(SIZES)) {
            sizes.put(
                    row.get(0).replace("rhizome.", "").replaceFirst("vectors_t.*", "vectors of a large tenant"),
                    new Size(Double.parseDouble(row.get(1)), Double.parseDouble(row.get(2))));
        }
        return sizes;
    }

    private static List<Grown> grown(Map<String, Size> before, Map<String, Size> after) {
        List<Grown> grown = new ArrayList<>();
        after.forEach((table, size) -> {
            Size was = before.getOrDefault(table, new Size(0, 0));
            grown.add(new Grown(table, (size.rows() - was.rows()) / 1e6, (size.indexes() - was.indexes()) / 1e6));
        });
        grown.removeIf(each -> each.rowsMb() + each.indexesMb() < 0.05);
        grown.sort((a, b) -> Double.compare(b.rowsMb() + b.indexesMb(), a.rowsMb() + a.indexesMb()));
        double rows = grown.stream().mapToDouble(Grown::rowsMb).sum();
        double indexes = grown.stream().mapToDouble(Grown::indexesMb).sum();
        grown.add(new Grown("all", rows, indexes));
        return grown;
    }

    private static List<Grown> printed(Session session, List<Grown> grown) {
        Table table = new Table("table", "rows, MB", "indexes, MB", "together, MB");
        grown.forEach(each -> table.row(
                each.table(),
                Table.decimals(1, each.rowsMb()),
                Table.decimals(1, each.indexesMb()),
                Table.decimals(1, each.rowsMb() + each.indexesMb())));
        table.print(session.out());
        return grown;
    }
}
