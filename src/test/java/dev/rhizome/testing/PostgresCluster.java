package dev.rhizome.testing;

import dev.rhizome.testing.PrivatePostgres.Said;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * A primary, number 0, and two standbys that stream from whichever is the primary. A commit waits until one standby has it. Who leads is
 * decided by the test.
 */
public final class PostgresCluster implements AutoCloseable {

    private static final int SERVERS = 3;
    private static final String OPTIONS = "-c fsync=off -c scram_iterations=1 -c wal_keep_size=512MB";

    private static final String CONFLICT_WITH_REPLAY = "40001";
    private static final long LOOK_AGAIN_NANOS = 20_000_000;

    private final PrivatePostgres first = PrivatePostgres.start(OPTIONS);
    private final List<Node> nodes = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** One server. */
    private record Node(Path data, Path socket, int port) {

        Path settings() {
            return data.resolveSibling("settings.conf");
        }
    }

    /** Makes and starts all three. */
    public PostgresCluster() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close)); // where no test does
        Map<String, String> variables = first.variables();
        nodes.add(new Node(
                first.data(),
                Path.of(lineOf(first.data().resolve("postmaster.pid"), 4)),
                Integer.parseInt(variables.getOrDefault("DB_PORT", ""))));
        for (int number = 1; number < SERVERS; number++) {
            Path home = open(PrivatePostgres.newHome().resolve("server"));
            nodes.add(new Node(home.resolve("data"), open(home.resolve("run")), freePort()));
        }
        IntStream.range(1, SERVERS).parallel().forEach(this::copy);
        sql(0, "alter system set synchronous_standby_names = 'ANY 1 (*)'");
        sql(0, "select pg_reload_conf()");
    }

    private void copy(int number) {
        Node node = nodes.get(number);
        first.run(
                "exec",
                "pg_basebackup",
                "--no-sync",
                "-c",
                "fast",
                "-D",
                node.data().toString());
        write(node.settings(), """
            listen_addresses = '127.0.0.1'
            port = %d
            unix_socket_directories = '%s'
            max_connections = 60
            shared_buffers = 64MB
            jit = off
            """.formatted(node.port(), node.socket()));
        configure(number);
        startStandby(number);
    }

    /** {@code DB_*} of a service that knows all three. */
    public Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>(first.variables());
        variables.put(
                "DB_HOST",
                nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(",")));
        return variables;
    }

    /** Where a server listens on the loopback address. */
    public int port(int number) {
        return nodes.get(number).port();
    }

    /** How many servers there are. */
    public int size() {
        return nodes.size();
    }

    /** Ends a server as {@code kill -9} does; its processes end by themselves. */
    public void kill(int number) {
        ProcessHandle server = process(number);
        if (!server.destroyForcibly()) {
            throw new IllegalStateException("process " + server.pid() + " could not be killed");
        }
        server.onExit().join();
    }

    private ProcessHandle process(int number) {
        String pid = lineOf(nodes.get(number).data().resolve("postmaster.pid"), 0);
        return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
    }

    /** Makes the standby that has most of the log the primary; gives its number. */
    public int promote(List<Integer> candidates) {
        int best = candidates.stream()
                .max(Comparator.comparingLong(
                        number -> Long.parseLong(sql(number, "select pg_last_wal_receive_lsn() - '0/0'::pg_lsn"))))
                .orElseThrow();
        sql(best, "select pg_promote()"); // waits until it is the primary
        return best;
    }

    /** Has a killed primary follow {@code primary}: what it had written and nobody had acknowledged is taken back. */
    public void rejoin(int number, int primary) {
        configure(number);
        Node source = nodes.get(primary);
        first.run(
                "exec",
                "pg_rewind",
                "--no-sync",
                "--target-pgdata=" + nodes.get(number).data(),
                "--source-server=host=%s port=%d user=postgres dbname=postgres"
                        .formatted(source.socket(), source.port()));
        startStandby(number);
    }

    /** What a standby needs, and a primary that was one, or is to be one. */
    private void configure(int number) {
        String hosts = nodes.stream().map(each -> each.socket().toString()).collect(Collectors.joining(","));
        String ports = nodes.stream().map(each -> String.valueOf(each.port())).collect(Collectors.joining(","));
        append(nodes.get(number).settings(), """
            fsync = off
            wal_keep_size = 512MB
            primary_conninfo = 'host=%s port=%s user=postgres target_session_attrs=read-write'
            wal_retrieve_retry_interval = 200ms
            max_standby_streaming_delay = 200ms
            synchronous_standby_names = 'ANY 1 (*)'
            """.formatted(hosts, ports));
    }

    private void startStandby(int number) {
        Path data = nodes.get(number).data();
        String log = data.resolveSibling("log").toString();
        write(data.resolve("standby.signal"), "");
        first.run("exec", "pg_ctl", "-D", data.toString(), "-l", log, "-w", "start");
    }

    /**
     * Runs {@code sql} at one server as a superuser; gives the first column of the first row, and nothing where there is none. What a
     * standby cancels because it is in the way of replay is run again.
     */
    public @Nullable String sql(int number, String sql) {
        while (true) {
            try (Connection connection = connect(number);
                    Statement statement = connection.createStatement()) {
                boolean rows = statement.execute(sql);
                if (!rows) {
                    return null;
                }
                try (ResultSet result = statement.getResultSet()) {
                    return result.next() ? result.getString(1) : null;
                }
            } catch (SQLException e) {
                if (!CONFLICT_WITH_REPLAY.equals(e.getSQLState())) {
                    throw new IllegalStateException(sql, e);
                }
            }
        }
    }

    private Connection connect(int number) throws SQLException {
        Map<String, String> variables = first.variables();
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + nodes.get(number).port() + "/rhizome",
                variables.get("DB_ADMIN_USER"),
                variables.get("DB_ADMIN_PASSWORD"));
    }

    /** Stops or goes on replaying what a standby gets. */
    public void replay(int number, boolean goesOn) {
        sql(number, goesOn ? "select pg_wal_replay_resume()" : "select pg_wal_replay_pause()");
        String wanted = goesOn ? "not paused" : "paused";
        while (!wanted.equals(sql(number, "select pg_get_wal_replay_pause_state()"))) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    /** Waits until a standby shows all that the primary has written by now. */
    public void awaitReplay(int number, int primary) {
        String written = Objects.requireNonNull(sql(primary, "select pg_current_wal_lsn()"));
        while (!"t".equals(sql(number, "select pg_last_wal_replay_lsn() >= '" + written + "'"))) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    /** Stops all three and removes what they have; a second time it does nothing. */
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            nodes.stream().skip(1).forEach(this::remove);
            first.destroy();
        }
    }

    private void remove(Node node) {
        if (Files.exists(node.data().resolve("postmaster.pid"))) {
            Said unused =
                    first.tryTo(Map.of(), "exec", "pg_ctl", "-D", node.data().toString(), "-m", "immediate", "stop");
        }
        try {
            FileSystemUtils.deleteRecursively(node.data().getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path open(Path directory) {
        try {
            Files.createDirectory(directory);
            return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String lineOf(Path file, int number) {
        try {
            return Files.readAllLines(file).get(number);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
