package dev.rhizome.bench.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** PostgreSQL's own benchmark program, pointed at the database of a service: what statements cost without the service. */
public final class Pgbench {

    /** The system property that names {@code bin/postgres}, which knows where the program is. */
    private static final String POSTGRES = "rhizome.postgres";

    private static final int THREADS = 2;
    private static final int LIMIT_SECONDS = 60;

    private final ServiceDatabase database;

    /** Runs on {@code database}, as the service's role. */
    public Pgbench(ServiceDatabase database) {
        this.database = database;
    }

    /**
     * Runs {@code scripts}, each time one of them drawn at random, by {@code clients} connections for {@code seconds}. Each
     * connection prepares a statement once.
     *
     * @return nanoseconds that each run of a script took
     */
    public long[] run(List<String> scripts, int clients, int seconds) {
        try {
            Path directory = Files.createTempDirectory("rhizome-pgbench");
            try {
                return run(directory, written(directory, scripts), clients, seconds);
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("pgbench could not be run", e);
        }
    }

    private long[] run(Path directory, List<Path> scripts, int clients, int seconds) throws IOException {
        List<String> command = new ArrayList<>(program());
        command.addAll(List.of("--no-vacuum", "--protocol=prepared", "--client=" + clients));
        command.addAll(List.of("--jobs=" + Math.min(clients, THREADS), "--time=" + seconds, "--log"));
        command.add("--log-prefix=" + directory.resolve("run"));
        scripts.forEach(script -> command.add("--file=" + script));
        Path output = directory.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(database.forPrograms());
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(seconds + LIMIT_SECONDS, TimeUnit.SECONDS);
            if (!ended || process.exitValue() != 0) {
                throw new IOException(ended ? Files.readString(output) : "pgbench did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroy();
        }
        return times(directory);
    }

    private static List<String> program() {
        String postgres = System.getProperty(POSTGRES);
        return postgres == null ? List.of("pgbench") : List.of(postgres, "exec", "pgbench");
    }

    private static List<Path> written(Path directory, List<String> scripts) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String script : scripts) {
            files.add(Files.writeString(directory.resolve("script-" + files.size()), script));
        }
        return files;
    }

    /** Each line of a log has the client, its transaction's number and microseconds. */
    private static long[] times(Path directory) throws IOException {
        LongStream.Builder nanos = LongStream.builder();
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(directory, "run.*")) {
            for (Path log : logs) {
                try (Stream<String> lines = Files.lines(log)) {
                    lines.forEach(line -> nanos.add(1_000 * Long.parseLong(line.split(" ", 4)[2])));
                }
            }
        }
        return nanos.build().toArray();
    }

    private static void delete(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
