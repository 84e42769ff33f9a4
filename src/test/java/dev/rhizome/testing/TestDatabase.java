package dev.rhizome.testing;

import dev.rhizome.database.ConnectionPools;
import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.database.DatabaseStart;
import dev.rhizome.database.SchemaProperties;
import io.r2dbc.pool.ConnectionPool;
import java.sql.Connection;
import java.sql.DriverManager;
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

    /** The schema that tests run on: the defaults. */
    public static final SchemaProperties SCHEMA = new SchemaProperties(384, 16, 64);

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static @Nullable Server server;

    private final Map<String, String> variables;

    private TestDatabase(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /** A new database. */
    public static synchronized TestDatabase create() {
        Server running = server;
        if (running == null) {
            running = Server.start();
            server = running;
            DatabaseStart.migrate(DatabaseSettings.from(running.variables()), SCHEMA);
        }
        TestDatabase template = new TestDatabase(running.variables());
        String name = "rhizome_test_" + ProcessHandle.current().pid() + "_" + NUMBER.incrementAndGet();
        template.asOwner("create database " + name + " template "
                + DatabaseSettings.from(running.variables()).address().database());
        Map<String, String> own = new HashMap<>(running.variables());
        own.put("DB_NAME", name);
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
        try (Connection connection = connect(true);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** First column of the rows of the last statement that the application role gets, as {@code tenant} or as none. */
    public List<String> asApplication(@Nullable UUID tenant, String sql) throws SQLException {
        try (Connection connection = connect(false);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set search_path = rhizome, public");
            if (tenant != null) {
                statement.execute("set local app.current_tenant = '" + tenant + "'");
            }
            List<String> values = new ArrayList<>();
            List<String> last = List.of();
            boolean rows = statement.execute(sql);
            while (true) {
                values.clear();
                if (rows) {
                    ResultSet result = statement.getResultSet();
                    while (result.next()) {
                        values.add(result.getString(1));
                    }
                } else if (statement.getUpdateCount() < 0) {
                    break;
                } else {
                    values.add(String.valueOf(statement.getUpdateCount()));
                }
                last = new ArrayList<>(values);
                rows = statement.getMoreResults();
            }
            connection.commit();
            return last;
        }
    }

    private Connection connect(boolean owner) throws SQLException {
        DatabaseSettings settings = DatabaseSettings.from(variables);
        DatabaseSettings.Credentials migration = settings.migration();
        DatabaseSettings.Credentials role = owner && migration != null ? migration : settings.application();
        return DriverManager.getConnection(
                "jdbc:postgresql://" + settings.address().host() + ":"
                        + settings.address().port() + "/" + settings.address().database(),
                role.user(),
                role.password());
    }
}
