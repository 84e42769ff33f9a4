package dev.rhizome.database;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.output.MigrateResult;

/** Brings the schema up to date, as its owner, over JDBC, before the pool opens. Blocks: for start-up and jobs only. */
public final class Migrations {

    private final Flyway flyway;

    /**
     * Prepares, without connecting.
     *
     * @param owner role that owns the schema
     * @param schema settings of the schema that a migration fixes once
     */
    public Migrations(DatabaseSettings settings, DatabaseSettings.Credentials owner, SchemaProperties schema) {
        this.flyway = Flyway.configure()
                .dataSource(jdbcUrl(settings), owner.user(), owner.password())
                .schemas("rhizome")
                .createSchemas(true)
                .locations("classpath:migrations")
                .initSql("set search_path = rhizome, public")
                .placeholders(Map.of(
                        "embeddingDimension", String.valueOf(schema.embeddingDimension()),
                        "hnswM", String.valueOf(schema.hnswM()),
                        "hnswEfConstruction", String.valueOf(schema.hnswEfConstruction())))
                .connectRetries(2)
                .load();
    }

    /**
     * Applies what is missing.
     *
     * @return how many migrations were applied, 0 when the schema was current
     */
    public int migrate() {
        MigrateResult result = flyway.migrate();
        return result.migrationsExecuted;
    }

    /** Version of the newest migration that this program carries. */
    public static String newest() {
        MigrationInfo[] all = Flyway.configure()
                .locations("classpath:migrations")
                .load()
                .info()
                .all();
        return Stream.of(all)
                .map(info -> String.valueOf(info.getVersion()))
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    private static String jdbcUrl(DatabaseSettings settings) {
        DatabaseSettings.Address address = settings.address();
        String url = String.format(
                Locale.ROOT,
                "jdbc:postgresql://%s:%d/%s?sslmode=%s&ApplicationName=%s-migration",
                address.host(),
                address.port(),
                address.database(),
                settings.encryption().mode(),
                settings.applicationName());
        String rootCertificate = settings.encryption().rootCertificate();
        return rootCertificate == null ? url : url + "&sslrootcert=" + rootCertificate;
    }
}
