package dev.rhizome.cli;

import dev.rhizome.preflight.DatabaseStart;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** {@code rhizome}: the service and what an operator needs around it. */
@Command(
        name = "rhizome",
        description = "A reactive data service for agent systems on PostgreSQL and pgvector.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = RhizomeCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Settings come from the environment: DATABASE_URL or DB_HOST, DB_PORT, DB_NAME, DB_USER,",
            "DB_PASSWORD, DB_MIGRATION_USER, DB_MIGRATION_PASSWORD, PORT, RHIZOME_HOME,",
            "RHIZOME_OPERATOR_KEY. The README has them all."
        })
public final class RhizomeCommand {

    /** Returned by {@link #run} while the service goes on in its own threads. */
    public static final int KEEP_RUNNING = -1;

    /** The version that the build wrote into the jar. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"rhizome " + version()};
        }
    }

    private RhizomeCommand() {}

    /** The version that the build wrote into the jar. */
    static String version() {
        return Optional.ofNullable(RhizomeCommand.class.getPackage().getImplementationVersion())
                .orElse("(development)");
    }

    /**
     * Runs one command.
     *
     * @param application the class that the service's components are scanned from
     * @return the exit status: 0 done, 1 failed, 2 not understood, and for check 2 where it could not look; or {@link #KEEP_RUNNING}
     */
    public static int run(Class<?> application, String... arguments) {
        CommandLine line = of(application, System.getenv());
        if (arguments.length == 0) {
            line.usage(System.err);
            return CommandLine.ExitCode.USAGE;
        }
        return line.execute(arguments);
    }

    /**
     * The commands, for a database that {@code environment} names.
     *
     * @param application the class that the service's components are scanned from
     * @param environment of check, promote and demote; serve and migrate have that of the process
     */
    public static CommandLine of(Class<?> application, Map<String, String> environment) {
        return new CommandLine(new RhizomeCommand())
                .addSubcommand(new ServeCommand(application))
                .addSubcommand(new MigrateCommand())
                .addSubcommand(new CheckCommand(environment))
                .addSubcommand(PlaceCommand.promote(environment))
                .addSubcommand(PlaceCommand.demote(environment))
                .addSubcommand(new VerifyChainCommand())
                .addSubcommand(new VerifyCertificateCommand())
                .addSubcommand(new VerifyArchiveCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((error, command, result) -> {
                    command.getErr().println("error: " + reason(error));
                    return 1;
                });
    }

    /** The innermost message that was written for people. */
    static String reason(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null && !(cause instanceof DatabaseStart.Refusal)) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
