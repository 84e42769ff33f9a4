package dev.rhizome.bench;

import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.bench.wordnet.WordNet;
import dev.rhizome.bench.wordnet.WordNetImport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench search}. */
@Command(
        name = "search",
        description = "How fast searches and walks over WordNet are answered, for one client and for several.",
        footer = {
            "",
            "The queries are glosses of synsets that are not loaded. Fresh ones come for the first time, so that their"
                    + " vectors have to be made; repeated ones are the same again, whose vectors are still known."
        })
final class SearchCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "How many of the most common synsets to load (${DEFAULT-VALUE}).")
    private int limit = 10_000;

    @Option(names = "--queries", paramLabel = "N", description = "In each measurement (${DEFAULT-VALUE}).")
    private int queries = 500;

    @Option(
            names = "--clients",
            paramLabel = "N",
            split = ",",
            description = "How many at once, a measurement each (${DEFAULT-VALUE}).",
            defaultValue = "1,8")
    private List<Integer> clients = List.of();

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "Requests of each kind before those that count (${DEFAULT-VALUE}).")
    private int warmUp = 300;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A parameter for every search, such as efSearch=200; may be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    SearchCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        BenchOptions.atLeast("--limit", limit, 1);
        clients.forEach(count -> BenchOptions.atLeast("--clients", count, 1));
        SearchRun.Plan plan = new SearchRun.Plan(
                BenchOptions.atLeast("--queries", queries, 1),
                clients,
                BenchOptions.atLeast("--warm-up", warmUp, 0),
                SearchSettings.of(settings));
        WordNet loaded = WordNet.mostCommon(limit);
        Glosses glosses = Glosses.besides(loaded, plan.freshTexts());
        try (Session session = Session.open(options, spec.commandLine().getOut())) {
            Session.Scratch tenant = session.newTenant("search");
            new WordNetImport(new BulkLoad(tenant.client(), session.out())).run(loaded);
            SearchRun run = new SearchRun(session, tenant, loaded, plan);
            run.measure(glosses);
            run.print();
            session.report("search", settings(), run.figures());
        }
        return 0;
    }

    private Map<String, Object> settings() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("synsets", limit);
        told.put("queries", queries);
        told.put("clients", clients);
        told.put("warmUp", warmUp);
        told.put("set", settings);
        told.put("seed", options.seed());
        return told;
    }
}
