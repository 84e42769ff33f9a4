package dev.rhizome.bench;

import dev.rhizome.bench.faults.Fault;
import dev.rhizome.bench.faults.SoakRun;
import dev.rhizome.bench.faults.SoakRun.Outcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench soak}. */
@Command(
        name = "soak",
        description = "Load on a service of its own, one fault after another, and what has to be true after each.",
        footer = {
            "",
            "The service and its PostgreSQL are started for this, and a proxy stands between them; what is in the database"
                    + " already is not touched. After each fault, no acknowledged write is lost or there twice, no tenant has"
                    + " another's, chains are valid, the service is ready within two seconds and answers within five. The exit"
                    + " status is 1 where something of that is not so."
        })
final class SoakCommand implements Callable<Integer> {

    private static final int LEAST_MB = 400;
    /** Of 3,000 writes; else the disk would be full one day for good. */
    private static final int MB_A_MINUTE = 20;

    @Spec
    private CommandSpec spec;

    @Option(names = "--minutes", paramLabel = "N", description = "How long (${DEFAULT-VALUE}).")
    private int minutes = 30;

    @Option(names = "--fault-every", paramLabel = "SECONDS", description = "From fault to fault (${DEFAULT-VALUE}).")
    private int every = 20;

    @Option(names = "--tenants", paramLabel = "N", description = "With clients of their own (${DEFAULT-VALUE}).")
    private int tenants = 3;

    @Option(
            names = "--disk",
            paramLabel = "MB",
            description = "Room of the database, in memory (400, and 20 more a minute).")
    private @Nullable Integer disk;

    @Option(
            names = "--faults",
            split = ",",
            paramLabel = "FAULT",
            description = "Only these: ${COMPLETION-CANDIDATES}.")
    private List<Fault> faults = List.of(Fault.values());

    @Option(names = "--seed", description = "Of the faults' order and of what they do (${DEFAULT-VALUE}).")
    private long seed = 42;

    SoakCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() throws IOException {
        int room = disk == null ? LEAST_MB + MB_A_MINUTE * minutes : disk;
        SoakRun.Plan plan = new SoakRun.Plan(
                Duration.ofMinutes(BenchOptions.atLeast("--minutes", minutes, 1)),
                Duration.ofSeconds(BenchOptions.atLeast("--fault-every", every, 1)),
                seed,
                faults,
                BenchOptions.atLeast("--tenants", tenants, 2),
                BenchOptions.atLeast("--disk", room, 64));
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%d minutes, a fault every %d s, seed %d%n", minutes, every, seed);
        SoakRun.Figures figures = new SoakRun(plan, outcome -> tell(out, outcome)).run();
        print(out, figures);
        return figures.wrong().isEmpty() ? 0 : 1;
    }

    private static void tell(PrintWriter out, Outcome outcome) {
        out.printf(
                "%s: ready after %d ms, %d writes acknowledged so far%s%n",
                outcome.fault().label(),
                outcome.readyMs(),
                outcome.acknowledged(),
                outcome.wrong().isEmpty() ? "" : ", WRONG: " + outcome.wrong());
        out.flush();
    }

    private void print(PrintWriter out, SoakRun.Figures figures) {
        Table table = new Table("fault", "times", "lasted ms", "ready ms, most", "answered ms, most", "wrong");
        for (Fault fault : Fault.values()) {
            List<Outcome> of = figures.outcomes().stream()
                    .filter(outcome -> outcome.fault() == fault)
                    .toList();
            if (!of.isEmpty()) {
                table.row(
                        fault.label(),
                        String.valueOf(of.size()),
                        most(of, Outcome::lastedMs),
                        most(of, Outcome::readyMs),
                        most(of, Outcome::answeredMs),
                        String.valueOf(of.stream()
                                .mapToInt(outcome -> outcome.wrong().size())
                                .sum()));
            }
        }
        table.print(out);
        printTotals(out, figures);
        figures.wrong().forEach(wrong -> out.println("WRONG: " + wrong));
        out.println(
                figures.wrong().isEmpty()
                        ? "nothing is wrong"
                        : "repeat with --seed " + seed + " and the same options");
        out.flush();
    }

    private static void printTotals(PrintWriter out, SoakRun.Figures figures) {
        out.printf(
                "%s writes acknowledged, %,d sent again; %,d reads answered; %,d requests refused for now, %,d without answer%n",
                most(figures.outcomes(), Outcome::acknowledged),
                figures.resent(),
                figures.reads(),
                figures.refused(),
                figures.broken());
        out.printf(
                "over the last %.1f minutes: %.0f MB, %+.2f MB, %+.2f threads and %+.2f open files a minute%n",
                figures.growth().minutes(),
                figures.growth().memoryMb(),
                figures.growth().memoryMbPerMinute(),
                figures.growth().threadsPerMinute(),
                figures.growth().filesPerMinute());
    }

    private static String most(List<Outcome> outcomes, ToLongFunction<Outcome> figure) {
        return String.valueOf(outcomes.stream().mapToLong(figure).max().orElse(0));
    }
}
