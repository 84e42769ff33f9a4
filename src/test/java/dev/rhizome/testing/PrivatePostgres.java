package dev.rhizome.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A server of {@code bin/postgres} in a directory of its own, which goes with the tests. */
public final class PrivatePostgres {

    private final Path home;
    private final String options;
    private final Map<String, String> variables = new HashMap<>();

    private PrivatePostgres(Path home, String options) {
        this.home = home;
        this.options = options;
    }

    /**
     * What a program said.
     *
     * @param status with which it ended
     * @param output of both kinds
     */
    public record Said(int status, String output) {}

    /** A directory that the server's user may enter, too. */
    public static Path newHome() {
        try {
            Path home = Files.createTempDirectory("rhizome-test");
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new and empty server. */
    public static PrivatePostgres start(String options) {
        return start(newHome(), options);
    }

    /** A server on what is in {@code home}. */
    public static PrivatePostgres start(Path home, String options) {
        PrivatePostgres server = new PrivatePostgres(home, options);
        server.run("start");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.run("destroy", "--yes")));
        String password = UUID.randomUUID().toString();
        server.run("psql", "-qc", "alter role rhizome_owner createdb; alter role postgres password '" + password + "'");
        server.variables.putAll(Map.of("DB_ADMIN_USER", "postgres", "DB_ADMIN_PASSWORD", password));
        server.run("env").lines().filter(line -> line.startsWith("export ")).forEach(line -> {
            String[] pair = line.replaceFirst("^export ", "").split("=", 2);
            server.variables.put(pair[0], pair[1]);
        });
        return server;
    }

    /** {@code DB_*} of its database, with the superuser's as {@code DB_ADMIN_*}. */
    public Map<String, String> variables() {
        return Map.copyOf(variables);
    }

    /** Where its data is. */
    public Path data() {
        return home.resolve("postgres").resolve("data");
    }

    /** Stops it and removes all that it has. */
    public void destroy() {
        run("destroy", "--yes");
    }

    /** What {@code bin/postgres} prints; an error where it fails. */
    public String run(String... arguments) {
        Said said = tryTo(Map.of(), arguments);
        if (said.status() != 0) {
            throw new IllegalStateException("failed: bin/postgres " + String.join(" ", arguments) + "\n" + said.output()
                    + "\ntests need a PostgreSQL with pgvector, see bin/postgres help");
        }
        return said.output();
    }

    /** What {@code bin/postgres} says, with {@code more} in its environment. */
    public Said tryTo(Map<String, String> more, String... arguments) {
        List<String> command = new ArrayList<>(List.of("bin/postgres"));
        command.addAll(List.of(arguments));
        try {
            // A server that is started has this file open for good, as a pipe it would never end.
            Path output = Files.createTempFile("rhizome-postgres", ".log");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().put("RHIZOME_HOME", home.toString());
            builder.environment().put("RHIZOME_PG_OPTIONS", options);
            builder.environment().putAll(more);
            int status = builder.start().waitFor();
            String said = Files.readString(output, StandardCharsets.UTF_8);
            Files.delete(output);
            return new Said(status, said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
