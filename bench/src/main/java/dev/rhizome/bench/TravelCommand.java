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
            "The tenant has WordNet's most common synsets, entries of provenance and events. How many searches have the same hits is to"
                    + " be held against how many have when they are asked twice before. The exit status is 1 where a chain is not valid."
        })
final class TravelCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--limit", paramLabel = "N", description = "How many synsets to load (${DEFAULT-VALUE}).")
    private int limit = 4_000;

    @Option(names = "--queries", paramLabel = "N", description = "Searches before and after (${DEFAULT-VALUE}).")
    private int queries = 1_000;

    @Option(
            names = "--entries",
            paramLabel = "N",
            description = "Entries of provenance, and events (${DEFAULT-VALUE}).")
    private int entries = 1_000;

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
            TravelRun.Figures figures = new TravelRun(session, loaded, entries).measure(glosses.take(queries));
            session.report("travel", settings(), figures);
            return figures.valid() ? 0 : 1;
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
