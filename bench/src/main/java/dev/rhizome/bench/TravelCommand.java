package dev.rhizome.bench;

import dev.rhizome.bench.wordnet.WordNet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench travel}. */
@Command(
        name = "travel",
        description =
                "How fast a tenant is exported, deleted and imported, and whether it answers the same afterwards.",
        footer = {
            "",
            "The tenant has WordNet's most common synsets, entries of provenance and events. With more than 2,500 vectors it is searched"
                    + " by an index, which is waited for and finds nearly the same; with fewer it has to find the same. The exit"
                    + " status is 1 where it does not, or where a chain is not valid."
        })
final class TravelCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--limit", paramLabel = "N", description = "How many synsets to load (${DEFAULT-VALUE}).")
    private int limit = 2_000;

    @Option(names = "--queries", paramLabel = "N", description = "Searches before and after (${DEFAULT-VALUE}).")
    private int queries = 1_000;

    @Option(
            names = "--entries",
            paramLabel = "N",
            description = "Entries of provenance, and events (${DEFAULT-VALUE}).")
    private int entries = 300;

    TravelCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        BenchOptions.atLeast("--limit", limit, 1);
        BenchOptions.atLeast("--queries", queries, 1);
        BenchOptions.atLeast("--entries", entries, 1);
        WordNet loaded = WordNet.mostCommon(limit);
        Glosses glosses = Glosses.besides(loaded, queries);
        try (Session session = Session.open(options, spec.commandLine().getOut())) {
            TravelRun run = new TravelRun(session, loaded, entries);
            TravelRun.Figures figures = run.measure(glosses.take(queries));
            session.report("travel", settings(), figures);
            return figures.valid() && (run.hasIndex() || figures.same() == queries) ? 0 : 1;
        }
    }

    private Map<String, Object> settings() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("synsets", limit);
        told.put("queries", queries);
        told.put("entries", entries);
        told.put("seed", options.seed());
        return told;
    }
}
