package dev.rhizome.cli;

import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.embedding.EmbeddingProperties;
import dev.rhizome.embedding.ModelName;
import dev.rhizome.preflight.DatabaseStart;
import java.util.List;
import java.util.concurrent.Callable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.StandardEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rhizome migrate}. */
@Command(
        name = "migrate",
        description =
                "Brings the schema up to date as DB_MIGRATION_USER, with room for the models that RHIZOME_EMBEDDING_… name. A second run changes nothing.")
final class MigrateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    MigrateCommand() {
        spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        DatabaseSettings settings = DatabaseSettings.from(System.getenv());
        if (settings.migration() == null) {
            throw new IllegalArgumentException(
                    "DB_MIGRATION_USER: missing (expected: the role that owns the schema, rhizome_owner)");
        }
        int applied = DatabaseStart.migrate(settings, models());
        spec.commandLine()
                .getOut()
                .println(applied == 0 ? "the schema is up to date" : "applied " + applied + " migrations");
        return 0;
    }

    /** The models that RHIZOME_EMBEDDING_… name, read as the service reads them. */
    private static List<ModelName> models() {
        return Binder.get(new StandardEnvironment())
                .bindOrCreate("rhizome.embedding", EmbeddingProperties.class)
                .names();
    }
}
