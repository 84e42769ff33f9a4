package dev.rhizome.bench.faults;

import dev.rhizome.bench.faults.Servers.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Three servers that Patroni keeps, one Patroni for each and one etcd for all, all on the loopback address. */
final class PatroniLed implements Cluster {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    /** What all Patronis share. They notice a machine that is gone when its right to lead is {@code ttl} seconds old, of which 20 is least. */
    private static final String SHARED = """
            {"ttl": 20, "loop_wait": 1, "retry_timeout": 3, "synchronous_mode": true, "primary_start_timeout": 0,
             "postgresql": {"use_pg_rewind": true, "parameters": {"max_connections": 60}}}
            """;

    private final Servers servers = new Servers();
    private final List<Process> patronis = new ArrayList<>();
    private final Process etcd;
    private final int etcdPort = Servers.freePort();
    private final int restPort = Servers.freePort();
    private final String version;
    private int killed = -1;

    /** Starts all of them, and waits until both standbys stream. */
    PatroniLed() {
        String programs = servers.answers(0, "select setting from pg_config where name = 'BINDIR'");
        String unused = servers.run("stop"); // Patroni goes on with it
        this.version = output("patroni", "--version").strip();
        this.etcd = startEtcd();
        try {
            startAll(programs);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void startAll(String programs) {
        for (int number = 0; number < Servers.COUNT; number++) {
            int rest = number == 0 ? restPort : Servers.freePort();
            patronis.add(startPatroni(number, rest, programs));
            if (number == 0) {
                until(
                        "a primary",
                        () -> servers.answers(0, "select pg_is_in_recovery()").equals("f"));
                share();
            }
        }
        until("standbys", () -> servers.sqlAtPrimary("""
                select count(*) = 2 and bool_or(sync_state in ('sync', 'quorum')) from pg_stat_replication where state = 'streaming'
                """).strip().equals("t"));
    }

    /** Whether this machine has both programs. */
    static boolean isInstalled() {
        return Stream.of("patroni", "etcd")
                .allMatch(program -> Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program))));
    }

    private Process startEtcd() {
        String client = "http://127.0.0.1:" + etcdPort;
        String peer = "http://127.0.0.1:" + Servers.freePort();
        return start(
                servers.home().resolve("etcd.log"),
                List.of(
                        "etcd",
                        "--data-dir",
                        servers.home().resolve("etcd").toString(),
                        "--listen-client-urls",
                        client,
                        "--advertise-client-urls",
                        client,
                        "--listen-peer-urls",
                        peer,
                        "--initial-advertise-peer-urls",
                        peer,
                        "--initial-cluster",
                        "default=" + peer,
                        "--unsafe-no-fsync"));
    }

    private Process startPatroni(int number, int rest, String programs) {
        Place place = servers.places().get(number);
        Path file = servers.home().resolve("patroni" + number + ".yml");
        write(file, """
            scope: rhizome-failover
            name: server%1$d
            restapi: {listen: "127.0.0.1:%2$d", connect_address: "127.0.0.1:%2$d"}
            etcd3: {host: "127.0.0.1:%3$d"}
            postgresql:
              listen: "127.0.0.1:%4$d"
              connect_address: "127.0.0.1:%4$d"
              data_dir: "%5$s"
              bin_dir: "%6$s"
              pgpass: "%5$s.pass"
              authentication:
                superuser: {username: postgres, password: "%7$s"}
                replication: {username: postgres, password: "%7$s"}
                rewind: {username: postgres, password: "%7$s"}
              parameters: {unix_socket_directories: "%8$s", max_connections: 60, shared_buffers: 128MB, jit: "off"}
              pg_hba:
                - local all all trust
                - host all all 127.0.0.1/32 scram-sha-256
                - host replication all 127.0.0.1/32 scram-sha-256
            """.formatted(
                number, rest, etcdPort, place.port(), place.data(), programs, servers.password(), place.socket()));
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) { // as bin/postgres does
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        command.addAll(List.of("patroni", file.toString()));
        return start(servers.home().resolve("patroni" + number + ".log"), command);
    }

    private void share() {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + restPort + "/config"))
                    .method("PATCH", HttpRequest.BodyPublishers.ofString(SHARED))
                    .build();
            until("shared settings", () -> isDone(http, request));
        }
    }

    private static boolean isDone(HttpClient http, HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String leader() {
        return "led by " + version + " and etcd";
    }

    @Override
    public Map<String, String> variables() {
        return servers.variables();
    }

    @Override
    public void killPrimary() {
        killed = servers.primary();
        patronis.get(killed).destroyForcibly();
        servers.kill(killed);
    }

    @Override
    public void awaitPrimary() {
        until(
                "another primary",
                () -> patronis.stream()
                        .filter(Process::isAlive)
                        .mapToInt(patronis::indexOf)
                        .anyMatch(number -> servers.answers(number, "select pg_is_in_recovery()")
                                .equals("f")));
    }

    @Override
    public String sql(String sql) {
        return servers.sqlAtPrimary(sql);
    }

    /** Patroni stops its server when it is asked to end. */
    @Override
    public void close() {
        patronis.forEach(Process::destroy);
        patronis.forEach(PatroniLed::awaitEnd);
        etcd.destroy();
        awaitEnd(etcd);
        servers.close();
    }

    private static void awaitEnd(Process process) {
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void until(String what, BooleanSupplier fact) {
        Duration took = Site.until(LIMIT, fact);
        if (took.compareTo(LIMIT) >= 0) {
            throw new IllegalStateException(
                    "Patroni has no " + what + " after " + LIMIT.toSeconds() + " s; its logs are in " + servers.home());
        }
    }

    private static Process start(Path log, List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String output(String... command) {
        try {
            Process process = new ProcessBuilder(command).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With the superuser's password in it, but of servers that nobody else can reach for long. */
    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
            Path unused = Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
