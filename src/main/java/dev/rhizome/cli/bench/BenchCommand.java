package dev.rhizome.cli.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rhizome bench}. */
@Command(
        name = "bench",
        description = "Measures what search answers and how fast, through HTTP, in tenants made for it.",
        synopsisSubcommandLabel = "BENCHMARK")
public final class BenchCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    private BenchCommand() {
        spec = CommandSpec.create();
    }

    /** The command with its benchmarks, which start the service of {@code application}. */
    public static CommandLine create(Class<?> application) {
        return new CommandLine(new BenchCommand())
                .addSubcommand(new RelevanceCommand(application))
                .addSubcommand(new KnownItemsCommand())
                .addSubcommand(new IngestCommand(application))
                .addSubcommand(new EventsCommand(application))
                .addSubcommand(new TenantsCommand(application))
                .addSubcommand(new SearchCommand(application))
                .addSubcommand(new ProvenanceCommand(application));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }
}
