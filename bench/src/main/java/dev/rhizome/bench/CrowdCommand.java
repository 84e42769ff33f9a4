package dev.rhizome.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench crowd}. */
@Command(
        name = "crowd",
        description = "Many tenants at once, and how evenly they share.",
        footer = {
            "",
            "Each tenant has the same few things and one client, which searches in words and asks again as soon as it has an"
                    + " answer. Told are the answers of the tenant with the fewest and of that with the most, and Jain's index"
                    + " of fairness: 1 where all have the same, 1/N where one of N has all."
        })
final class CrowdCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--tenants", paramLabel = "N", description = "At once (${DEFAULT-VALUE}).")
    private int tenants = 1_000;

    @Option(names = "--things", paramLabel = "N", description = "Of each tenant (${DEFAULT-VALUE}).")
    private int things = 20;

    @Option(names = "--seconds", paramLabel = "N", description = "That are measured (${DEFAULT-VALUE}).")
    private int seconds = 20;

    CrowdCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        CrowdRun.Plan plan = new CrowdRun.Plan(
                BenchOptions.atLeast("--tenants", tenants, 2),
                BenchOptions.atLeast("--things", things, 1),
                BenchOptions.atLeast("--seconds", seconds, 1));
        try (Session session = Session.open(options, spec.commandLine().getOut())) {
            session.report("crowd", settings(), new CrowdRun(session, plan).measure());
        }
        return 0;
    }

    private Map<String, Object> settings() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("tenants", tenants);
        told.put("things", things);
        told.put("seconds", seconds);
        told.put("seed", options.seed());
        return told;
    }
}
