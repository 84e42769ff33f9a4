package dev.rhizome.bench.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Places for three servers of PostgreSQL on this machine, in a directory of their own. The first is made by {@code bin/postgres} and has
 * roles and an empty database; what the others are is up to who leads.
 */
final class Servers implements AutoCloseable {

    static final int COUNT = 3;
    private static final Path PROGRAM =
            Path.of(System.getProperty("rhizome.postgres", "bin/postgres")).toAbsolutePath();
    private static final String EVERYBODY = "rwxrwxrwx";
    private static final int LIMIT_SECONDS = 120;

    private final Path home = directory(null, "rhizome-failover", "rwxr-xr-x");
    private final String password = UUID.randomUUID().toString();
    private final Map<String, String> variables = new HashMap<>();
    private final List<Place> places = new ArrayList<>();

    /**
     * Where one server is.
     *
     * @param data its data directory; beside it are its settings and its log
     * @param socket directory of its socket
     * @param port of the loopback address
     */
    record Place(Path data, Path socket, int port) {

        Path beside(String name) {
            return data.resolveSibling(name);
        }
    }

    /** Starts the first. */
    Servers() {
        String unused = run("start") + run("psql", "-qc", "alter role postgres password '" + password + "'");
        run("env").lines().forEach(line -> {
            String[] pair = line.replaceFirst("^export ", "").split("=", 2);
            variables.put(pair[0], pair[1]);
        });
        Path data = home.resolve("postgres/data");
        places.add(new Place(data, Path.of(line(data, 4)), Integer.parseInt(variables.getOrDefault("DB_PORT", ""))));
        for (int number = 1; number < COUNT; number++) {
            Path directory = directory(home, "server" + number, EVERYBODY);
            places.add(new Place(directory.resolve("data"), directory(directory, "run", EVERYBODY), freePort()));
        }
    }

    Path home() {
        return home;
    }

    /** The superuser's. */
    String password() {
        return password;
    }

    List<Place> places() {
        return List.copyOf(places);
    }

    /** {@code DB_*} of a service that knows all three. */
    Map<String, String> variables() {
        Map<String, String> all = new HashMap<>(variables);
        all.put("DB_HOST", hosts());
        return all;
    }

    private String hosts() {
        return places.stream().map(place -> "127.0.0.1:" + place.port()).collect(Collectors.joining(","));
    }

    /** What a superuser gets of {@code sql} at the primary: a line a row, columns separated by tabs. */
    String sqlAtPrimary(String sql) {
        return sql(hosts(), "?targetServerType=primary&hostRecheckSeconds=0", sql);
    }

    /** The same at one of them. */
    String sql(int number, String sql) {
        return sql("127.0.0.1:" + places.get(number).port(), "", sql);
    }

    private String sql(String hosts, String options, String sql) {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://" + hosts + "/rhizome" + options, "postgres", password);
                Statement statement = connection.createStatement()) {
            StringBuilder lines = new StringBuilder();
            if (statement.execute(sql)) {
                try (ResultSet rows = statement.getResultSet()) {
                    while (rows.next()) {
                        lines.append(row(rows)).append('\n');
                    }
                }
            }
            return lines.toString();
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static String row(ResultSet rows) throws SQLException {
        List<String> columns = new ArrayList<>();
        for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
            columns.add(rows.getString(column));
        }
        return String.join("\t", columns);
    }

    /** Number of the one that is not in recovery. */
    int primary() {
        for (int number = 0; number < COUNT; number++) {
            if (answers(number, "select pg_is_in_recovery()").equals("f")) {
                return number;
            }
        }
        throw new IllegalStateException("none of the servers is the primary");
    }

    /** What one says, empty where it does not. */
    String answers(int number, String sql) {
        try {
            return sql(number, sql).strip();
        } catch (IllegalStateException e) {
            return "";
        }
    }

    /** Ends one as {@code kill -9} does; its processes end by themselves. */
    void kill(int number) {
        kill(Long.parseLong(line(places.get(number).data(), 0).strip()));
    }

    static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(process -> {
            if (!process.destroyForcibly()) {
                throw new IllegalStateException("process " + pid + " could not be killed");
            }
        });
    }

    /** A line of the file in which a running server notes what it is, from 0. */
    private static String line(Path data, int number) {
        try {
            return Files.readAllLines(data.resolve("postmaster.pid")).get(number);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What {@code bin/postgres} prints. */
    String run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(PROGRAM.toString()));
        command.addAll(List.of(arguments));
        Path output = home.resolve("output-" + UUID.randomUUID());
        try {
            // A server that is started has this file open for good; a pipe would never end.
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectOutput(output.toFile())
                    .redirectError(Redirect.appendTo(home.resolve("errors").toFile()));
            builder.environment().put("RHIZOME_HOME", home.toString());
            Process process = builder.start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(
                        "failed: " + String.join(" ", command) + ": " + Files.readString(home.resolve("errors")));
            }
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new directory, that the server's user may use as {@code rights} say. */
    private static Path directory(@Nullable Path parent, String name, String rights) {
        try {
            Path made = parent == null ? Files.createTempDirectory(name) : Files.createDirectory(parent.resolve(name));
            return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(rights));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes everything; whoever leads has ended the servers. */
    @Override
    public void close() {
        String unused = run("destroy", "--yes");
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
