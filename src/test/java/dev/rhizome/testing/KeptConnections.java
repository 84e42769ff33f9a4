package dev.rhizome.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Connections that tests have used last, to be used again: a test that looks into every table for every word opened hundreds, and
 * each is a process of the server. Few are kept, since a server has room for few.
 */
final class KeptConnections {

    private static final int MOST = 4;
    private static final int LIMIT_SECONDS = 5;
    private static final Deque<Kept> IDLE = new ArrayDeque<>();

    private KeptConnections() {}

    /** Where a connection leads, and as whom. */
    record Target(String url, String user, String password) {

        Connection open() throws SQLException {
            return DriverManager.getConnection(url, user, password);
        }
    }

    private record Kept(Target target, Connection connection) {}

    /** Work on a connection. */
    @FunctionalInterface
    interface Work<T> {

        /** What it gives. */
        T on(Connection connection) throws SQLException;
    }

    /** What {@code work} gives, on a connection that knows nothing of earlier work, and that is closed where work fails. */
    static <T> T with(Target target, Work<T> work) throws SQLException {
        Connection connection = take(target);
        try {
            T result = work.on(connection);
            forget(connection);
            keep(new Kept(target, connection));
            return result;
        } catch (SQLException | RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    private static Connection take(Target target) throws SQLException {
        Connection found = find(target);
        if (found == null || !found.isValid(LIMIT_SECONDS)) {
            return target.open();
        }
        return found;
    }

    private static synchronized @Nullable Connection find(Target target) {
        for (Iterator<Kept> all = IDLE.iterator(); all.hasNext(); ) {
            Kept kept = all.next();
            if (kept.target().equals(target)) {
                all.remove();
                return kept.connection();
            }
        }
        return null;
    }

    private static void forget(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("select pg_stat_force_next_flush()"); // what was read would be counted as the next one's
            statement.execute("discard all");
        }
    }

    private static synchronized void keep(Kept kept) throws SQLException {
        IDLE.addFirst(kept);
        if (IDLE.size() > MOST) {
            IDLE.removeLast().connection().close();
        }
    }
}
