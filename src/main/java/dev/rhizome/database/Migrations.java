package dev.rhizome.database;

import dev.rhizome.embedding.ModelName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import tools.jackson.databind.json.JsonMapper;

/** Brings the schema up to date, as its owner, over JDBC, before the pool opens. Blocks: for start-up and jobs only. */
public final class Migrations {

    private static final Pattern VERSION = Pattern.compile("^V0*(\\d+)__");

    /**
     * What the schema is to have room for.
     *
     * @param models whose vectors it holds
     * @param schema settings of the indexes over them
     */
    public record Wanted(List<ModelName> models, SchemaProperties schema) {}

    private final Flyway flyway;

    /**
     * Prepares, without connecting.
     *
     * @param owner role that owns the schema
     * @param wanted what to make room for
     */
    public Migrations(DatabaseSettings settings, DatabaseSettings.Credentials owner, Wanted wanted) {
        this.flyway = Flyway.configure()
                .dataSource(jdbcUrl(settings), owner.user(), owner.password())
                .schemas("rhizome")
                .createSchemas(true)
                .locations("classpath:migrations")
                .initSql("set search_path = rhizome, public")
                .placeholders(Map.of(
                        "embeddingDimension", "384", // of a column that V004 makes and V005 drops
                        "embeddingModels", JsonMapper.shared().writeValueAsString(json(wanted.models())),
                        "hnswM", String.valueOf(wanted.schema().hnswM()),
                        "hnswEfConstruction", String.valueOf(wanted.schema().hnswEfConstruction())))
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

    /** As {@link #migrate}, no further than {@code version} and without room for any model: what an older program left. */
    int migrateTo(int version) {
        MigrateResult result = Flyway.configure()
                .configuration(flyway.getConfiguration())
                .target(String.valueOf(version))
                .skipDefaultCallbacks(true)
                .load()
                .migrate();
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

    private static List<Map<String, Object>> json(List<ModelName> models) {
        return models.stream()
                .map(model -> Map.<String, Object>of("model", model.id(), "dimension", model.dimension()))
                .toList();
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
