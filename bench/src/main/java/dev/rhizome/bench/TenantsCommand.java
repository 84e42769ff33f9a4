package dev.rhizome.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench tenants}. */
@Command(
        name = "tenants",
        description =
                "Vector search of tenants of very different size in one table: how fast, how near, how many rows.",
        footer = {
            "",
            "Five tenants hold 0.01 %%, 0.1 %%, 1 %%, 10 %% and the rest of the rows. The three small ones are searched before"
                    + " the others are there, by one client, k = 10; when the indexes of the large ones are made, all are:"
                    + " one after the other, taking turns, and one after the other by --clients at once."
        })
final class TenantsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--rows", paramLabel = "N", description = "Of all tenants together (${DEFAULT-VALUE}).")
    private int rows = 100_000;

    @Option(names = "--queries", paramLabel = "N", description = "To each tenant (${DEFAULT-VALUE}).")
    private int queries = 100;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "Searches of each tenant before those that count (${DEFAULT-VALUE}).")
    private int warmUp = 400;

    @Option(names = "--clients", paramLabel = "N", description = "At once, at the end (${DEFAULT-VALUE}).")
    private int clients = 8;

    @Option(
            names = "--small",
            paramLabel = "N",
            description = "More tenants of 100 rows each, searched in turns at the end (${DEFAULT-VALUE}).")
    private int small;

    @Mixin
    private VectorOptions vectors = new VectorOptions();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A parameter for every search, such as efSearch=200; may be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    TenantsCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        TenantsRun.Plan plan = new TenantsRun.Plan(
                BenchOptions.atLeast("--rows", rows, 10),
                BenchOptions.atLeast("--queries", queries, 1),
                BenchOptions.atLeast("--warm-up", warmUp, 0),
                BenchOptions.atLeast("--clients", clients, 1),
                BenchOptions.atLeast("--small", small, 0),
                SearchSettings.of(settings));
        Clusters clusters = new Clusters(vectors.dimensions(), options.seed());
        try (Session session = Session.open(options, spec.commandLine().getOut())) {
            session.report("tenants", settings(), new TenantsRun(session, clusters, plan).measure());
        }
        return 0;
    }

    private Map<String, Object> settings() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("rows", rows);
        told.put("dimensions", vectors.dimensions());
        told.put("k", TenantsRun.K);
        told.put("queriesPerTenant", queries);
        told.put("warmUpPerTenant", warmUp);
        told.put("clients", clients);
        told.put("small", small);
        told.put("set", settings);
        told.put("seed", options.seed());
        return told;
    }
}
