package dev.rhizome.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench load}. */
@Command(
        name = "load",
        description = "Vector searches of one large tenant by ever more clients, and what PostgreSQL alone takes.",
        footer = {
            "",
            "First pgbench runs the same search as lean SQL, by 1 and by 8 connections. Then the service is warmed up until"
                    + " it is no longer getting faster, and so many clients read streams of"
                    + " hits, each the next one when it has read one (a closed loop). At the end searches come at 25, 50, 75"
                    + " and 90 %% of the best rate so far, answered or not (an open loop): their times count from when they"
                    + " were due."
        })
final class LoadCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--rows", paramLabel = "N", description = "Of the tenant (${DEFAULT-VALUE}).")
    private int rows = 50_000;

    @Option(names = "--clients", paramLabel = "N", split = ",", description = "At once (${DEFAULT-VALUE}).")
    private List<Integer> clients = List.of(1, 8, 16, 64, 256, 1_000);

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "Of each turn; half as many of each round of the warm-up (${DEFAULT-VALUE}).")
    private int seconds = 10;

    @Mixin
    private VectorOptions vectors = new VectorOptions();

    LoadCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() throws Exception {
        clients.forEach(count -> BenchOptions.atLeast("--clients", count, 1));
        LoadRun.Plan plan = new LoadRun.Plan(
                BenchOptions.atLeast("--rows", rows, 10), clients, BenchOptions.atLeast("--seconds", seconds, 1));
        try (Session session = Session.open(options, spec.commandLine().getOut())) {
            session.report("load", settings(), new LoadRun(session, plan, vectors.dimensions()).measure());
        }
        return 0;
    }

    private Map<String, Object> settings() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("rows", rows);
        told.put("clients", clients);
        told.put("seconds", seconds);
        told.put("dimensions", vectors.dimensions());
        told.put("seed", options.seed());
        return told;
    }
}
