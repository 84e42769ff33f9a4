package dev.rhizome.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench neighbours}. */
@Command(
        name = "neighbours",
        description = "One tenant's searches while another does its worst.",
        footer = {
            "",
            "A quiet tenant searches in words it has not used before, at most thirty times a second: alone, then beside a"
                    + " loud one of the same size, which does one thing after the other from many clients at once. The last"
                    + " column is the quiet one's P99 in parts of its P99 alone."
        })
final class NeighboursCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--things", paramLabel = "N", description = "Of each tenant (${DEFAULT-VALUE}).")
    private int things = 1_500;

    @Option(names = "--clients", paramLabel = "N", description = "Of the loud tenant (${DEFAULT-VALUE}).")
    private int clients = 40;

    @Option(names = "--seconds", paramLabel = "N", description = "Of each turn (${DEFAULT-VALUE}).")
    private int seconds = 12;

    @Mixin
    private VectorOptions vectors = new VectorOptions();

    NeighboursCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        NeighboursRun.Plan plan = new NeighboursRun.Plan(
                BenchOptions.atLeast("--things", things, 10),
                BenchOptions.atLeast("--clients", clients, 1),
                BenchOptions.atLeast("--seconds", seconds, 1));
        try (Session session = Session.open(options, spec.commandLine().getOut())) {
            session.report("neighbours", settings(), new NeighboursRun(session, plan, vectors.dimensions()).measure());
        }
        return 0;
    }

    private Map<String, Object> settings() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("things", things);
        told.put("clients", clients);
        told.put("seconds", seconds);
        told.put("dimensions", vectors.dimensions());
        told.put("seed", options.seed());
        return told;
    }
}
