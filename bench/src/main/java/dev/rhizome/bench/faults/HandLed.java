package dev.rhizome.bench.faults;

import dev.rhizome.bench.faults.Servers.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Streaming standbys that nobody watches: after the loss of the primary, the one that has most of its log is made the primary at once. */
final class HandLed implements Cluster {

    private final Servers servers = new Servers();
    private int killed = -1;

    /** Starts all three. */
    HandLed() {
        try {
            servers.places().stream().skip(1).forEach(this::start);
            String unused = servers.sql(0, "alter system set synchronous_standby_names = 'ANY 1 (*)'")
                    + servers.sql(0, "select pg_reload_conf()");
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void start(Place place) {
        String data = place.data().toString();
        String unused = servers.run("exec", "pg_basebackup", "-c", "fast", "-D", data);
        String hosts =
                servers.places().stream().map(each -> each.socket().toString()).collect(Collectors.joining(","));
        String ports = servers.places().stream()
                .map(each -> String.valueOf(each.port()))
                .collect(Collectors.joining(","));
        try {
            Files.writeString(place.beside("settings.conf"), """
            listen_addresses = '127.0.0.1'
            port = %d
            unix_socket_directories = '%s'
            max_connections = 60
            shared_buffers = 128MB
            jit = off
            primary_conninfo = 'host=%s port=%s user=postgres target_session_attrs=read-write'
            wal_retrieve_retry_interval = 500ms
            synchronous_standby_names = 'ANY 1 (*)'
            """.formatted(place.port(), place.socket(), hosts, ports));
            Files.createFile(place.data().resolve("standby.signal"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String unusedToo = servers.run(
                "exec", "pg_ctl", "-D", data, "-l", place.beside("log").toString(), "-w", "start");
    }

    @Override
    public String leader() {
        return "by hand";
    }

    @Override
    public Map<String, String> variables() {
        return servers.variables();
    }

    @Override
    public void killPrimary() {
        killed = servers.primary();
        servers.kill(killed);
    }

    @Override
    public void awaitPrimary() {
        int best = IntStream.range(0, Servers.COUNT)
                .filter(number -> number != killed)
                .boxed()
                .max(Comparator.comparingLong(number ->
                        Long.parseLong(servers.answers(number, "select pg_last_wal_receive_lsn() - '0/0'::pg_lsn"))))
                .orElseThrow();
        String data = servers.places().get(best).data().toString();
        String unused = servers.run("exec", "pg_ctl", "-D", data, "-w", "promote");
    }

    @Override
    public String sql(String sql) {
        return servers.sqlAtPrimary(sql);
    }

    @Override
    public void close() {
        for (int number = 1; number < Servers.COUNT; number++) {
            if (!servers.answers(number, "select 1").isEmpty()) {
                String data = servers.places().get(number).data().toString();
                String unused = servers.run("exec", "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop");
            }
        }
        servers.close();
    }
}
