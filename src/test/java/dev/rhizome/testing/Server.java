package dev.rhizome.testing;

import dev.rhizome.database.DatabaseSettings;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
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
    public static final String IMAGE = "pgvector/pgvector:0.8.6-pg18-trixie";

    /**
     * What is written need not outlive the server; and a password is hashed once, since the hashes of the thousands of
     * connections that tests open were half of all their work.
     */
    private static final String OPTIONS =
            "-c fsync=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c shared_buffers=512MB"
                    + " -c scram_iterations=1 -c autovacuum_naptime=1h";

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
        return new Server(PrivatePostgres.start(OPTIONS).variables());
    }
}
