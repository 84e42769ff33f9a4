package dev.rhizome.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rhizome.embedding.ModelName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.output.MigrateResult;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import tools.jackson.databind.json.JsonMapper;

/** Brings the schema up to date, as its owner, over JDBC, before the pool opens. Blocks: for start-up and jobs only. */
public final class Migrations {

    private static final Pattern VERSION = Pattern.compile("^V0*(\\d+)__");

    private final Flyway flyway;

    /**
     * Prepares, without connecting.
     *
     * @param owner role that owns the schema
     * @param models whose vectors the schema is to have room for
     */
    public Migrations(DatabaseSettings settings, DatabaseSettings.Credentials owner, List<ModelName> models) {
        this.flyway = Flyway.configure()
                .dataSource(jdbcUrl(settings), owner.user(), owner.password())
                .schemas("rhizome")
                .createSchemas(true)
                .locations("classpath:migrations")
                .initSql("set search_path = rhizome, public")
                .placeholders(Map.of("embeddingModels", JsonMapper.shared().writeValueAsString(json(models))))
                // Files of functions come and go; the versions drop what no file has any more.
                // What a newer program has applied is none of ours.
                .ignoreMigrationPatterns("repeatable:missing", "*:future")
                .connectRetries(2)
                .load();
    }

    /**
     * Applies what is missing. Several processes may do this at once: each waits for the one before, and finds nothing to do.
     *
     * @return how many migrations were applied, 0 when the schema was current, or a newer program's
     */
    public int migrate() {
        if (isOfANewerProgram()) {
            return 0;
        }
        MigrateResult result = flyway.migrate();
        return result.migrationsExecuted;
    }

    /** A newer program's functions are not replaced by ours, which were there before. */
    private boolean isOfANewerProgram() {
        MigrationInfoService info = flyway.info();
        boolean isFurther =
                Arrays.stream(info.applied()).anyMatch(applied -> applied.getState() == MigrationState.FUTURE_SUCCESS);
        MigrationInfo[] pending = info.pending();
        return isFurther || (pending.length > 0 && Arrays.stream(pending).allMatch(one -> isReplaced(one, info)));
    }

    private static boolean isReplaced(MigrationInfo pending, MigrationInfoService info) {
        List<Integer> applied = Arrays.stream(info.applied())
                .filter(one -> one.getScript().equals(pending.getScript()))
                .sorted(Comparator.comparing(MigrationInfo::getInstalledRank).reversed())
                .map(MigrationInfo::getChecksum)
                .toList();
        return pending.getVersion() == null && SchemaFit.isReplaced(applied, pending.getChecksum());
    }

    /** Version of the newest migration that this program carries. */
    public static int newest() {
        return files("V*.sql").stream()
                .map(file -> VERSION.matcher(String.valueOf(file.getFilename())))
                .filter(Matcher::find)
                .mapToInt(version -> Integer.parseInt(version.group(1)))
                .max()
                .orElseThrow();
    }

    /** Checksums of the files of functions that this program carries, by name, as the schema's history notes them. */
    public static Map<String, Integer> functions() {
        return files("R__*.sql").stream()
                .collect(Collectors.toMap(file -> String.valueOf(file.getFilename()), Migrations::checksum));
    }

    /** The texts of the migrations that this program carries and whose file name fits {@code pattern}. */
    public static List<String> texts(String pattern) {
        return files(pattern).stream().map(Migrations::text).toList();
    }

    private static List<Resource> files(String pattern) {
        try {
            return List.of(new PathMatchingResourcePatternResolver().getResources("classpath*:migrations/" + pattern));
        } catch (IOException e) {
            throw new UncheckedIOException("the migrations in the program cannot be read", e);
        }
    }

    /** Flyway's: CRC-32 over the lines, without what ends them. */
    private static int checksum(Resource file) {
        CRC32 checksum = new CRC32();
        text(file).lines().forEach(line -> checksum.update(line.getBytes(UTF_8)));
        return (int) checksum.getValue();
    }

    private static String text(Resource file) {
        try {
            return file.getContentAsString(UTF_8);
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
        String url = String.format(
                Locale.ROOT,
                "jdbc:postgresql://%s?sslmode=%s&ApplicationName=%s-migration%s",
                settings.address(),
                settings.encryption().mode(),
                settings.applicationName(),
                settings.address().servers().size() == 1 ? "" : "&targetServerType=primary");
        String rootCertificate = settings.encryption().rootCertificate();
        return rootCertificate == null ? url : url + "&sslrootcert=" + rootCertificate;
    }
}
