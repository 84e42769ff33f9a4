package dev.rhizome.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** Brings the schema up to date, as its owner, over JDBC, before the pool opens. Blocks: for start-up and jobs only. */
public final class Migrations {

    private static final Pattern VERSION = Pattern.compile("^V0*(\\d+)__");

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
    public static int newest() {
        try {
            return Stream.of(new PathMatchingResourcePatternResolver().getResources("classpath*:migrations/V*.sql"))
                    .map(file -> VERSION.matcher(String.valueOf(file.getFilename())))
                    .filter(Matcher::find)
                    .mapToInt(version -> Integer.parseInt(version.group(1)))
                    .max()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException("the migrations in the program cannot be read", e);
        }
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
