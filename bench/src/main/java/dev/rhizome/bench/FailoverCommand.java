package dev.rhizome.bench;

import dev.rhizome.bench.faults.FailoverRun;
import dev.rhizome.bench.faults.FailoverRun.Figures;
import dev.rhizome.bench.faults.FailoverRun.Leader;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench failover}. */
@Command(
        name = "failover",
        description = "Kills the primary of three PostgreSQL servers while a service on them is in use.",
        footer = {
            "",
            "The service, its servers and whoever leads them are started for this. A commit waits until one standby has it. Where"
                    + " patroni and etcd are installed (apt-get install patroni etcd-server), the primary is killed together with its"
                    + " Patroni, as if its machine were lost, and the others find the next one; otherwise this program makes the standby"
                    + " that has most the primary at once. Clients send each write again until it is acknowledged. The exit status is 1"
                    + " where an acknowledged write is lost or there twice."
        })
final class FailoverCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--leader",
            paramLabel = "WHO",
            description = "Who decides which server leads: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private Leader leader = Leader.ANY;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "Load before the kill, and after the first write behind it (${DEFAULT-VALUE}).")
    private int seconds = 10;

    @Option(names = "--tenants", paramLabel = "N", description = "With clients of their own (${DEFAULT-VALUE}).")
    private int tenants = 3;

    @Option(
            names = "--max-lag",
            paramLabel = "TIME",
            description = "How old reads from standbys may be; empty for none (${DEFAULT-VALUE}).")
    private String maxLag = "2s";

    FailoverCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        FailoverRun.Plan plan = new FailoverRun.Plan(
                leader,
                Duration.ofSeconds(BenchOptions.atLeast("--seconds", seconds, 1)),
                BenchOptions.atLeast("--tenants", tenants, 2),
                maxLag);
        Figures figures = new FailoverRun(plan, line -> {
                    out.println(line);
                    out.flush();
                })
                .run();
        print(out, figures);
        return figures.wrong().isEmpty() ? 0 : 1;
    }

    private static void print(PrintWriter out, Figures figures) {
        Table table = new Table("", figures.leader());
        table.row("seconds until another primary", seconds(figures.untilPrimaryMs()));
        table.row("seconds until the first acknowledged write", seconds(figures.untilWrittenMs()));
        table.row("writes acknowledged", String.valueOf(figures.acknowledged()));
        table.row("writes sent again", String.valueOf(figures.resent()));
        table.row("requests refused for now", String.valueOf(figures.refused()));
        table.row("requests without an answer", String.valueOf(figures.broken()));
        table.row("reads answered", String.valueOf(figures.reads()));
        table.row("acknowledged writes lost", String.valueOf(figures.lost()));
        table.row("writes doubled", String.valueOf(figures.doubled()));
        table.print(out);
        figures.wrong().forEach(wrong -> out.println("WRONG: " + wrong));
        out.flush();
    }

    private static String seconds(long millis) {
        return "%.1f".formatted(millis / 1e3);
    }
}
