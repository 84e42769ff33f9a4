package dev.rhizome.bench.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL that nobody else uses, made by {@code bin/postgres}, whose database lies on a small disk. It may be killed. */
public final class PrivatePostgres implements AutoCloseable {

    private static final Path PROGRAM =
            Path.of(System.getProperty("rhizome.postgres", "bin/postgres")).toAbsolutePath();
    private static final String FILL = "dd if=/dev/zero of=%s/ballast bs=64k 2>/dev/null || true";
    private static final String EMPTY = "rm -f %s/ballast";
    private static final int LIMIT_SECONDS = 120;

    private final Path home;
    private final SmallDisk disk;
    private final Map<String, String> variables = new HashMap<>();

    private PrivatePostgres(Path home, SmallDisk disk) {
        this.home = home;
        this.disk = disk;
    }

    /** Makes and starts one, whose disk has {@code megabytes}. */
    public static PrivatePostgres start(int megabytes) throws IOException {
        Path home = Files.createTempDirectory("rhizome-faults");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        PrivatePostgres server = new PrivatePostgres(home, SmallDisk.mount(home.resolve("small"), megabytes));
        try {
            server.prepare();
            return server;
        } catch (RuntimeException e) {
            server.disk.close();
            throw e;
        }
    }

    private void prepare() {
        start();
        String unused = sql("postgres", "create tablespace small location '" + disk.data() + "'")
                + sql("postgres", "alter database rhizome set tablespace small");
        run("env").lines().forEach(line -> {
            String[] pair = line.replaceFirst("^export ", "").split("=", 2);
            variables.put(pair[0], pair[1]);
        });
    }

    /** {@code DB_*} of a service. */
    public Map<String, String> variables() {
        return Map.copyOf(variables);
    }

    /** Where it listens, the same after each start. */
    public int port() {
        return Integer.parseInt(Objects.requireNonNull(variables.get("DB_PORT")));
    }

    /** Starts it where it does not run. */
    public void start() {
        String unused = run("start");
    }

    /** Stops it in order, as for an upgrade, and starts it. */
    public void restart() {
        String unused = run("restart");
    }

    /** Ends the server as {@code kill -9} does; its processes end by themselves. */
    public void kill() {
        try {
            String pid = Files.readAllLines(home.resolve("postgres/data/postmaster.pid"))
                    .getFirst();
            kill(Long.parseLong(pid.strip()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the process of one of the service's connections as {@code kill -9} does; the server then restarts all of them. */
    public void killBackend() {
        sql("rhizome", "select pid from pg_stat_activity where usename = 'rhizome_app' order by pid limit 1")
                .lines()
                .findFirst()
                .ifPresent(pid -> kill(Long.parseLong(pid)));
    }

    /** Waits until it takes connections again. */
    public void awaitAnswer() {
        List<String> command = new ArrayList<>(disk.prefix());
        command.addAll(List.of(PROGRAM.toString(), "exec", "pg_isready", "-q"));
        Duration unused = Site.until(Duration.ofSeconds(LIMIT_SECONDS), () -> status(command) == 0);
    }

    private static void kill(long pid) {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        if (!process.destroyForcibly()) {
            throw new IllegalStateException("process " + pid + " could not be killed");
        }
    }

    /** Has the server end all connections of the service. */
    public void terminateConnections() {
        String unused = sql(
                "rhizome",
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'rhizome_app'");
    }

    /** Leaves no room on the disk of the database. */
    public void fillDisk() {
        onDisk(FILL);
    }

    /** Gives the room back. */
    public void emptyDisk() {
        onDisk(EMPTY);
    }

    private void onDisk(String script) {
        List<String> command = new ArrayList<>(disk.prefix());
        command.addAll(List.of("sh", "-c", script.formatted(disk.data().getParent())));
        String unused = output(command);
    }

    /** Takes every connection that is left, as the service's role; whoever gets them closes them. */
    public List<Connection> takeAllConnections() {
        List<Connection> taken = new ArrayList<>();
        try {
            while (true) {
                taken.add(DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port() + "/rhizome",
                        variables.get("DB_USER"),
                        variables.get("DB_PASSWORD")));
            }
        } catch (SQLException full) {
            return taken;
        }
    }

    /** What a superuser gets of {@code sql}: a line a row, columns separated by tabs. */
    public String sql(String database, String sql) {
        return run("psql", "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql);
    }

    private String run(String... arguments) {
        List<String> command = new ArrayList<>(disk.prefix());
        command.add(PROGRAM.toString());
        command.addAll(List.of(arguments));
        return output(command);
    }

    private int status(List<String> command) {
        try {
            return builder(command).redirectOutput(Redirect.DISCARD).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(home.resolve("errors").toFile());
        builder.environment().put("RHIZOME_HOME", home.toString());
        return builder;
    }

    private String output(List<String> command) {
        try {
            Path errors = home.resolve("errors");
            Process process = builder(command).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(
                        "failed: " + String.join(" ", command) + ": " + Files.readString(errors));
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            String unused = run("destroy", "--yes");
            Files.deleteIfExists(home.resolve("errors"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            disk.close();
        }
    }
}
