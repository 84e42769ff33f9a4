package dev.rhizome.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code bench}: programs that use the service as everybody else does, by HTTP. */
@Command(
        name = "bench",
        description = "Measures what search answers and how fast, through HTTP, in tenants made for it.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "BENCHMARK")
public final class BenchProgram implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    private BenchProgram() {
        spec = CommandSpec.create();
    }

    /** Runs the program and exits with its status. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /**
     * Runs one benchmark or loader.
     *
     * @return the exit status: 0 done, 1 failed, 2 not understood
     */
    public static int run(String... arguments) {
        return new CommandLine(new BenchProgram())
                .addSubcommand(new RelevanceCommand())
                .addSubcommand(new KnownItemsCommand())
                .addSubcommand(new IngestCommand())
                .addSubcommand(new DocumentsCommand())
                .addSubcommand(new TravelCommand())
                .addSubcommand(new SharingCommand())
                .addSubcommand(new EventsCommand())
                .addSubcommand(new TenantsCommand())
                .addSubcommand(new SearchCommand())
                .addSubcommand(new WalksCommand())
                .addSubcommand(new ProvenanceCommand())
                .addSubcommand(new LoadCommand())
                .addSubcommand(new NeighboursCommand())
                .addSubcommand(new CrowdCommand())
                .addSubcommand(new SoakCommand())
                .addSubcommand(new FailoverCommand())
                .addSubcommand(new AttackCommand())
                .addSubcommand(new TimingCommand())
                .addSubcommand(new StorageCommand())
                .addSubcommand(new AllCommand())
                .addSubcommand(new DemoCommand())
                .addSubcommand(new CommandLine(new ImportCommand()).addSubcommand(new ImportCommand.WordNetCommand()))
                .setExecutionExceptionHandler((error, command, result) -> {
                    command.getErr().println("error: " + reason(error));
                    return 1;
                })
                .execute(arguments);
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }

    /** The innermost message. */
    private static String reason(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
