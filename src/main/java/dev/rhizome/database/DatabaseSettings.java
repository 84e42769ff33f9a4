package dev.rhizome.database;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the database is and how much of it may be used, as the environment says it.
 *
 * @param address servers and database
 * @param application the role that serves requests; row-level security holds for it
 * @param migration the role that owns the schema, or null when somebody else migrates
 * @param encryption how the connection is secured
 * @param limits of the pool and of statements
 * @param applicationName shown in {@code pg_stat_activity}
 */
public record DatabaseSettings(
        Address address,
        Credentials application,
        @Nullable Credentials migration,
        Encryption encryption,
        Limits limits,
        String applicationName) {

    private static final int USUAL_STATEMENT_TIMEOUT_MS = 30_000;
    private static final int USUAL_ANSWER_GRACE_MS = 2_000;

    /** Longest wait for the server to answer a statement where no setting says otherwise. */
    static final Duration USUAL_ANSWER_LIMIT = Duration.ofMillis(USUAL_STATEMENT_TIMEOUT_MS + USUAL_ANSWER_GRACE_MS);

    /** Where one server listens. */
    public record Server(String host, int port) {

        @Override
        public String toString() {
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    /**
     * Servers and database name.
     *
     * @param servers at least one; of several, one is the primary and the others are its standbys
     */
    public record Address(List<Server> servers, String database) {

        /** Keeps a copy. */
        public Address {
            servers = List.copyOf(servers);
        }

        /** One server. */
        public Address(String host, int port, String database) {
            this(List.of(new Server(host, port)), database);
        }

        /** The host; those of several servers are separated by commas. */
        public String host() {
            return servers.stream().map(Server::host).collect(Collectors.joining(","));
        }

        /** The port of the first server. */
        public int port() {
            return servers.getFirst().port();
        }

        /** The servers, with commas between them. */
        public String authority() {
            return servers.stream().map(Server::toString).collect(Collectors.joining(","));
        }

        @Override
        public String toString() {
            return authority() + "/" + database;
        }
    }

    /** A role and its password; printing it leaves the password out. */
    public record Credentials(String user, String password) {

        @Override
        public String toString() {
            return user + " (password hidden)";
        }
    }

    /**
     * Transport security.
     *
     * @param mode as libpq names it: {@code disable}, {@code prefer}, {@code require}, {@code verify-ca}, {@code verify-full}
     * @param rootCertificate PEM file of the authority to trust, or null for the JDK's
     */
    public record Encryption(String mode, @Nullable String rootCertificate) {}

    /**
     * Bounds.
     *
     * @param poolMin connections kept open
     * @param poolMax most connections, ever
     * @param idleTimeout after which an unused connection is closed
     * @param connectionTimeout longest wait for a connection
     * @param statementTimeout longest a statement may run on the server
     * @param answerGrace how much longer than that the service waits for an answer
     */
    public record Limits(
            int poolMin,
            int poolMax,
            Duration idleTimeout,
            Duration connectionTimeout,
            Duration statementTimeout,
            Duration answerGrace) {

        /** Longest wait for the server to answer a statement. */
        public Duration answerLimit() {
            return statementTimeout.plus(answerGrace);
        }
    }

    /**
     * Reads the variables {@code DATABASE_URL} or {@code DB_*}; the URL wins over the single ones.
     *
     * @throws IllegalArgumentException naming the variable whose value is wrong, without printing a password
     */
    public static DatabaseSettings from(Map<String, String> environment) {
        Variables plain = new Variables(environment);
        Variables variables = plain.withUrl("DATABASE_URL");
        Limits limits = new Limits(
                variables.number("DB_POOL_MIN", 2, 0, 1_000),
                variables.number("DB_POOL_MAX", 20, 1, 1_000),
                Duration.ofMillis(variables.number("DB_IDLE_TIMEOUT_MS", 30_000, 1, 86_400_000)),
                Duration.ofMillis(variables.number("DB_CONNECTION_TIMEOUT_MS", 10_000, 1, 600_000)),
                Duration.ofMillis(
                        variables.number("DB_STATEMENT_TIMEOUT_MS", USUAL_STATEMENT_TIMEOUT_MS, 1, 86_400_000)),
                Duration.ofMillis(variables.number("DB_ANSWER_GRACE_MS", USUAL_ANSWER_GRACE_MS, 100, 600_000)));
        if (limits.poolMin() > limits.poolMax()) {
            throw new IllegalArgumentException(
                    "DB_POOL_MIN: " + limits.poolMin() + " (expected: at most DB_POOL_MAX, " + limits.poolMax() + ")");
        }
        String migrationUser = variables.text("DB_MIGRATION_USER", null);
        return new DatabaseSettings(
                new Address(variables.servers(), variables.required("DB_NAME", "rhizome")),
                new Credentials(variables.required("DB_USER", "rhizome_app"), variables.secret("DB_PASSWORD")),
                migrationUser == null
                        ? null
                        : new Credentials(migrationUser, variables.secret("DB_MIGRATION_PASSWORD")),
                new Encryption(variables.sslMode(), variables.text("DB_SSL_ROOT_CERT", null)),
                limits,
                variables.required("DB_APPLICATION_NAME", "rhizome"));
    }

    /** Whether the environment names a database at all. */
    public static boolean isConfigured(Map<String, String> environment) {
        return environment.containsKey("DATABASE_URL") || environment.containsKey("DB_HOST");
    }
}
