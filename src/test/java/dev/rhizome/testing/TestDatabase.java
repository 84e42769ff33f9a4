package dev.rhizome.testing;

import dev.rhizome.database.ConnectionPools;
import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.embedding.ModelName;
import dev.rhizome.preflight.DatabaseStart;
import io.r2dbc.pool.ConnectionPool;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A migrated database of its own, cloned from a template. */
public final class TestDatabase {

    /** What the tests' schema has room for: the defaults. */
    public static final List<ModelName> MODELS = List.of(new ModelName("all-MiniLM-L6-v2-q", 384));

    private static final String PREFIX =
            "rhizome_test_" + ProcessHandle.current().pid() + "_";
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static @Nullable TestDatabase origin;

    private final Map<String, String> variables;

    private TestDatabase(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /** A new database. */
    public static synchronized TestDatabase create() {
        TestDatabase server = origin;
        if (server == null) {
            server = new TestDatabase(Server.start().variables());
            server.makeTemplate();
            origin = server;
        }
        String name = PREFIX + NUMBER.incrementAndGet();
        // Copied page by page through the log, as by default, it would take ten times as long.
        server.asOwner("create database " + name + " template " + PREFIX + "template strategy file_copy");
        return server.named(name);
    }

    /**
     * A database is not cloned while somebody else is in it. Migrated apart from the server's own and then closed to
     * all, the template has nobody in it.
     */
    private void makeTemplate() {
        String name = PREFIX + "template";
        asOwner("create database " + name + " template "
                + DatabaseSettings.from(variables).address().database());
        DatabaseStart.migrate(DatabaseSettings.from(named(name).variables), MODELS);
        asOwner("alter database " + name + " with allow_connections false");
    }

    private TestDatabase named(String name) {
        Map<String, String> own = new HashMap<>(variables);
        own.put("DB_NAME", name);
        return new TestDatabase(own);
    }

    /** The database of {@code server}, as its {@code bin/postgres} made it. */
    public static TestDatabase of(PrivatePostgres server) {
        return new TestDatabase(server.variables());
    }

    /** That of the primary of {@code cluster}, whichever it is. */
    public static TestDatabase of(PostgresCluster cluster) {
        return new TestDatabase(cluster.variables());
    }

    /** A new database that was never migrated. */
    public static synchronized TestDatabase createEmpty() {
        TestDatabase created = create();
        created.asOwner("drop schema rhizome cascade");
        return created;
    }

    /** This database, as another role sees it. */
    public TestDatabase as(String role, String password) {
        Map<String, String> own = new HashMap<>(variables);
        own.put("DB_USER", role);
        own.put("DB_PASSWORD", password);
        return new TestDatabase(own);
    }

    /** {@code DB_*} for a service with a pool of at most {@code connections}. */
    public Map<String, String> variables(int connections) {
        Map<String, String> sized = new HashMap<>(variables);
        sized.put("DB_POOL_MIN", "1");
        sized.put("DB_POOL_MAX", String.valueOf(connections));
        return sized;
    }

    /** A pool of the application role. */
    public ConnectionPool pool(int connections) {
        return ConnectionPools.create(DatabaseSettings.from(variables(connections)));
    }

    /** Runs statements as the owner of the schema. */
    public void asOwner(String... statements) {
        execute("DB_MIGRATION_", statements);
    }

    /** Runs statements as a superuser, who can do to a database whatever its administrators might. */
    public void asAdministrator(String... statements) {
        execute("DB_ADMIN_", statements);
    }

    /**
     * First column of the rows that a superuser gets of {@code sql}, for whom row-level security does not hold. The text is
     * sent as it is, so that a statement with parameters can be explained.
     */
    public List<String> readAsAdministrator(String sql) throws SQLException {
        return KeptConnections.with(target("DB_ADMIN_", "preferQueryMode=simple"), connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set search_path = rhizome, public");
                List<String> values = new ArrayList<>();
                try (ResultSet result = statement.executeQuery(sql)) {
                    while (result.next()) {
                        values.add(result.getString(1));
                    }
                }
                return values;
            }
        });
    }

    private void execute(String role, String... statements) {
        try {
            int unused = KeptConnections.with(target(role, ""), connection -> {
                try (Statement statement = connection.createStatement()) {
                    for (String sql : statements) {
                        statement.execute(sql);
                    }
                }
                return statements.length;
            });
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A connection of the application role, which no tenant is set on; whoever takes it closes it. */
    public Connection connection() throws SQLException {
        return connect("DB_");
    }

    /** First column of the rows of the last statement that the application role gets, as {@code tenant} or as none. */
    public List<String> asApplication(@Nullable UUID tenant, String sql) throws SQLException {
        return KeptConnections.with(target("DB_", ""), connection -> {
            try (Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("set search_path = rhizome, public");
                if (tenant != null) {
                    statement.execute("set local app.current_tenant = '" + tenant + "'");
                }
                List<String> last = lastOf(statement, statement.execute(sql));
                connection.commit();
                return last;
            }
        });
    }

    /** First column of the rows of the last result; of a change, how many it changed. */
    private static List<String> lastOf(Statement statement, boolean isRows) throws SQLException {
        List<String> last = new ArrayList<>();
        boolean rows = isRows;
        while (rows || statement.getUpdateCount() >= 0) {
            last.clear();
            if (rows) {
                ResultSet result = statement.getResultSet();
                while (result.next()) {
                    last.add(result.getString(1));
                }
            } else {
                last.add(String.valueOf(statement.getUpdateCount()));
            }
            rows = statement.getMoreResults();
        }
        return last;
    }

    /** An owner's open transaction, which {@link #close} rolls back; a second time it does nothing. */
    public record Held(Connection connection) implements AutoCloseable {

        /** Whether it is still open. */
        public boolean isHeld() throws SQLException {
            return !connection.isClosed();
        }

        @Override
        public void close() throws SQLException {
            if (isHeld()) {
                connection.rollback();
                connection.close();
            }
        }
    }

    /** Runs {@code sql} as the owner in a transaction that stays open, to hold what the statement locks. */
    public Held hold(String sql) throws SQLException {
        Connection connection = connect("DB_MIGRATION_");
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
        return new Held(connection);
    }

    private Connection connect(String role) throws SQLException {
        return target(role, "").open();
    }

    private KeptConnections.Target target(String role, String options) {
        DatabaseSettings.Address address = DatabaseSettings.from(variables).address();
        String primary = address.servers().size() == 1 ? "" : "&targetServerType=primary&hostRecheckSeconds=0";
        return new KeptConnections.Target(
                "jdbc:postgresql://" + address + "?" + options + primary,
                required(role + "USER"),
                required(role + "PASSWORD"));
    }

    private String required(String variable) {
        String value = variables.get(variable);
        if (value == null) {
            throw new IllegalStateException(variable + ": missing (expected: a role of the tests' server)");
        }
        return value;
    }
}
