package dev.rhizome.testing;

import dev.rhizome.database.DatabaseSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.MountableFile;

/**
 * The PostgreSQL that tests use: the one that the environment names, else a container where Docker answers, else the
 * private one of {@code bin/postgres}. Where there is none, tests fail; they never skip.
 *
 * @param variables {@code DB_*} of the service, the owner's included, who may create databases; and {@code
 *     DB_ADMIN_USER} and {@code DB_ADMIN_PASSWORD} of a superuser
 */
public record Server(Map<String, String> variables) {

    /** The image whose containers tests use; Docker Compose's, too. */
    public static final String IMAGE = "pgvector/pgvector:pg18";

    /**
     * What is written need not outlive the server; and a password is hashed once, since the hashes of the thousands of
     * connections that tests open were half of all their work.
     */
    private static final String OPTIONS =
            "-c fsync=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c shared_buffers=512MB"
                    + " -c scram_iterations=1";

    static Server start() {
        if (DatabaseSettings.isConfigured(System.getenv())) {
            return named(System.getenv());
        }
        return DockerClientFactory.instance().isDockerAvailable() ? container() : embedded();
    }

    /** Each test has a database of its own, so what a URL says is said again by single variables. */
    private static Server named(Map<String, String> environment) {
        DatabaseSettings settings = DatabaseSettings.from(environment);
        Map<String, String> variables = new HashMap<>(environment);
        variables.remove("DATABASE_URL");
        variables.put("DB_HOST", settings.address().host());
        variables.put("DB_PORT", String.valueOf(settings.address().port()));
        variables.put("DB_NAME", settings.address().database());
        variables.put("DB_USER", settings.application().user());
        variables.put("DB_PASSWORD", settings.application().password());
        variables.put("DB_SSL_MODE", settings.encryption().mode());
        return new Server(variables);
    }

    private static Server container() {
        PostgreSQLContainer container = new PostgreSQLContainer(
                        org.testcontainers.utility.DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("postgres"))
                .withUsername("postgres")
                .withPassword("postgres")
                .withCopyFileToContainer(MountableFile.forHostPath("migrations/bootstrap.sql"), "/bootstrap.sql");
        container.start();
        try {
            String script = "psql -U postgres -v owner_password=owner -v app_password=app -v database=rhizome"
                    + " -f /bootstrap.sql postgres && psql -U postgres -c 'alter role rhizome_owner createdb'";
            if (container.execInContainer("sh", "-c", script).getExitCode() != 0) {
                throw new IllegalStateException("bootstrap.sql failed in the container");
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("bootstrap.sql could not be run in the container", e);
        }
        return new Server(Map.of(
                "DB_HOST", container.getHost(),
                "DB_PORT", String.valueOf(container.getMappedPort(5432)),
                "DB_USER", "rhizome_app",
                "DB_PASSWORD", "app",
                "DB_MIGRATION_USER", "rhizome_owner",
                "DB_MIGRATION_PASSWORD", "owner",
                "DB_ADMIN_USER", "postgres",
                "DB_ADMIN_PASSWORD", "postgres"));
    }

    private static Server embedded() {
        try {
            Path home = Files.createTempDirectory("rhizome-test");
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
            run(home, "start");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> run(home, "destroy", "--yes")));
            String password = UUID.randomUUID().toString();
            run(
                    home,
                    "psql",
                    "-qc",
                    "alter role rhizome_owner createdb; alter role postgres password '" + password + "'");
            Map<String, String> variables =
                    new HashMap<>(Map.of("DB_ADMIN_USER", "postgres", "DB_ADMIN_PASSWORD", password));
            run(home, "env").lines().forEach(line -> {
                String[] pair = line.replaceFirst("^export ", "").split("=", 2);
                variables.put(pair[0], pair[1]);
            });
            return new Server(variables);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String run(Path home, String... arguments) {
        List<String> command = new java.util.ArrayList<>(List.of("bin/postgres"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("RHIZOME_HOME", home.toString());
        builder.environment().put("RHIZOME_PG_OPTIONS", OPTIONS);
        try {
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("failed: " + String.join(" ", command)
                        + "; tests need a PostgreSQL with pgvector, see bin/postgres help");
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
