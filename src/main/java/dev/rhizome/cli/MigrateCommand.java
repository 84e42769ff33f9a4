package dev.rhizome.cli;

import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.database.DatabaseStart;
import dev.rhizome.database.SchemaProperties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rhizome migrate}. */
@Command(
        name = "migrate",
        description = "Brings the schema up to date as DB_MIGRATION_USER. A second run changes nothing.")
final class MigrateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--dimension",
            defaultValue = "${env:RHIZOME_EMBEDDING_DIMENSION:-384}",
            description = "Numbers in a vector (${DEFAULT-VALUE}).")
    private int dimension;

    @Option(
            names = "--hnsw-m",
            defaultValue = "${env:RHIZOME_HNSW_M:-16}",
            description = "Links of an HNSW node (${DEFAULT-VALUE}).")
    private int m;

    @Option(
            names = "--hnsw-ef-construction",
            defaultValue = "${env:RHIZOME_HNSW_EF_CONSTRUCTION:-64}",
            description = "Candidates while linking (${DEFAULT-VALUE}).")
    private int efConstruction;

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
        int applied = DatabaseStart.migrate(settings, new SchemaProperties(dimension, m, efConstruction));
        spec.commandLine()
                .getOut()
                .println(applied == 0 ? "the schema is up to date" : "applied " + applied + " migrations");
        return 0;
    }
}
