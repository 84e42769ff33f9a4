package dev.rhizome.cli;

import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.database.Promotion;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rhizome promote}. */
@Command(
        name = "promote",
        description = "Gives a large tenant's vectors a partition and an index of their own, while it is in use.",
        footer = "Run as DB_MIGRATION_USER. Interrupted, it starts over the next time.")
final class PromoteCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "TENANT", description = "Slug or id.")
    private String tenant = "";

    PromoteCommand() {
        spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        DatabaseSettings settings = DatabaseSettings.from(System.getenv());
        new Promotion(settings).promote(tenant).toStream().forEach(progress -> {
            out.println(progress);
            out.flush();
        });
        out.println("promoted " + tenant);
        return 0;
    }
}
