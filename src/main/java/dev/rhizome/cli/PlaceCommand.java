package dev.rhizome.cli;

import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.rehousing.Rehousing;
import dev.rhizome.rehousing.Rehousing.Placement;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.springframework.core.env.StandardEnvironment;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;

/** {@code rhizome promote} and {@code rhizome demote}. */
@Command(
        sortOptions = false,
        footer = {
            "",
            "The tenant stays in use meanwhile. Interrupted, the move goes on in the service, or with the same command."
        })
final class PlaceCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "TENANT", description = "Slug or id.")
    private String tenant = "";

    @Option(names = "--automatic", description = "Afterwards let the tenant's size decide again.")
    private boolean automatic;

    private final Placement wanted;
    private final Map<String, String> environment;

    private PlaceCommand(Placement wanted, Map<String, String> environment) {
        this.wanted = wanted;
        this.environment = environment;
        spec = CommandSpec.create();
    }

    static CommandLine promote(Map<String, String> environment) {
        return named(
                "promote",
                "Gives a tenant's vectors a table and an index of their own, however few they are.",
                new PlaceCommand(Placement.OWN, environment));
    }

    static CommandLine demote(Map<String, String> environment) {
        return named(
                "demote",
                "Moves a tenant's vectors to the table without an index that small tenants share, however many they are.",
                new PlaceCommand(Placement.SHARED, environment));
    }

    private static CommandLine named(String name, String description, PlaceCommand command) {
        CommandLine line = new CommandLine(command).setCommandName(name);
        line.getCommandSpec().usageMessage().description(description);
        return line;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        DatabaseSettings settings = DatabaseSettings.from(environment);
        try (Rehousing rehousing = new Rehousing(settings, new StandardEnvironment())) {
            Flux<String> afterwards = automatic ? rehousing.placeBySize(tenant).thenMany(Flux.empty()) : Flux.empty();
            rehousing.place(tenant, wanted).concatWith(afterwards).toStream().forEach(progress -> {
                out.println(progress);
                out.flush();
            });
        }
        return 0;
    }
}
