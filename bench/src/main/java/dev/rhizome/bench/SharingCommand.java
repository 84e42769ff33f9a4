package dev.rhizome.bench;

import dev.rhizome.bench.wordnet.WordNet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench sharing}. */
@Command(
        name = "sharing",
        description = "How fast a tenant searches what others share with it, beside what is its own.",
        footer = {
            "",
            "Three tenants have the same synsets of WordNet. One searches its own things, and then also those that each of the others"
                    + " shares: everything, its nouns by their type, or its nouns by their metadata. The ways take turns, query by query."
        })
final class SharingCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--limit", paramLabel = "N", description = "How many synsets each tenant has (${DEFAULT-VALUE}).")
    private int limit = 2_000;

    @Option(names = "--queries", paramLabel = "N", description = "Of each way to search (${DEFAULT-VALUE}).")
    private int queries = 500;

    @Option(names = "--warm-up", paramLabel = "N", description = "Queries before those that count (${DEFAULT-VALUE}).")
    private int warmUp = 300;

    SharingCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        BenchOptions.atLeast("--limit", limit, 1);
        BenchOptions.atLeast("--queries", queries, 1);
        BenchOptions.atLeast("--warm-up", warmUp, 0);
        WordNet loaded = WordNet.mostCommon(limit);
        Glosses glosses = Glosses.besides(loaded, queries + warmUp);
        try (Session session = Session.open(options, spec.commandLine().getOut())) {
            SharingRun run = new SharingRun(session, loaded);
            List<SharingRun.Figures> figures = run.measure(glosses.take(warmUp), glosses.take(queries));
            SharingRun.print(session, figures);
            session.report("sharing", settings(), figures);
        }
        return 0;
    }

    private Map<String, Object> settings() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("synsets", limit);
        told.put("queries", queries);
        told.put("warmUp", warmUp);
        told.put("seed", options.seed());
        return told;
    }
}
