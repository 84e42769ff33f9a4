package dev.rhizome.cli;

import dev.rhizome.database.ConnectionPools;
import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.database.Finding;
import dev.rhizome.database.Preflight;
import dev.rhizome.database.UntenantedQueries;
import io.r2dbc.pool.ConnectionPool;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rhizome check}. */
@Command(name = "check", description = "Says whether this database would leak one tenant's rows to another.")
final class CheckCommand implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Spec
    private CommandSpec spec;

    CheckCommand() {
        spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        ConnectionPool pool = ConnectionPools.create(DatabaseSettings.from(System.getenv()));
        try {
            List<Finding> findings =
                    new Preflight(new UntenantedQueries(pool)).findings().block(LIMIT);
            return report(findings == null ? List.of() : findings);
        } finally {
            pool.dispose();
        }
    }

    private int report(List<Finding> findings) {
        PrintWriter out = spec.commandLine().getOut();
        for (String rule : Preflight.rules()) {
            List<Finding> broken =
                    findings.stream().filter(found -> found.rule().equals(rule)).toList();
            out.println((broken.isEmpty() ? "ok    " : "FAIL  ") + rule);
            broken.forEach(found -> out.println("      " + found.subject() + ": " + found.remedy()));
        }
        out.println(findings.isEmpty() ? "safe" : findings.size() + " findings");
        return findings.isEmpty() ? 0 : 1;
    }
}
