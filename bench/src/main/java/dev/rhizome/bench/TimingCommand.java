package dev.rhizome.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench timing}. */
@Command(
        name = "timing",
        description = "What a tenant can tell of another from how long its own searches take.",
        footer = {
            "",
            "A neighbour has many vectors near one half of the observer's queries and none near the other half, uses one of two"
                    + " words and not the other, and has asked one of two sets of questions. The observer, for which the halves"
                    + " are alike, asks in random order, before the neighbour has anything and after. AUC 0.5 and an advantage"
                    + " up to chance mean that times tell nothing."
        })
final class TimingCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--searches", paramLabel = "N", description = "Of the observer, in all (${DEFAULT-VALUE}).")
    private int searches = 100_000;

    @Option(names = "--rows", paramLabel = "N", description = "Of the neighbour (${DEFAULT-VALUE}).")
    private int rows = 50_000;

    @Option(names = "--own", paramLabel = "N", description = "Of the observer (${DEFAULT-VALUE}).")
    private int own = 1_000;

    @Mixin
    private VectorOptions vectors = new VectorOptions();

    TimingCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        TimingRun.Plan plan = new TimingRun.Plan(
                BenchOptions.atLeast("--searches", searches, 60),
                BenchOptions.atLeast("--rows", rows, 1),
                BenchOptions.atLeast("--own", own, 2));
        try (Session session = Session.open(options, spec.commandLine().getOut())) {
            session.report("timing", settings(), new TimingRun(session, plan, vectors.dimensions()).measure());
        }
        return 0;
    }

    private Map<String, Object> settings() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("searches", searches);
        told.put("rows", rows);
        told.put("own", own);
        told.put("dimensions", vectors.dimensions());
        told.put("seed", options.seed());
        return told;
    }
}
