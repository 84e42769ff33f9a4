package dev.rhizome.bench.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file system of a few megabytes in memory that only the processes see that are started on it: it lies in a mount namespace of its
 * own, which needs no privileges where the system lets users have namespaces, and is gone with the last process.
 */
final class SmallDisk implements AutoCloseable {

    private final Path directory;
    private final Process holder;
    private final boolean isRoot;

    private SmallDisk(Path directory, Process holder, boolean isRoot) {
        this.directory = directory;
        this.holder = holder;
        this.isRoot = isRoot;
    }

    /** One of {@code megabytes} at {@code directory}, which everybody can reach; PostgreSQL's user owns {@code data} on it. */
    static SmallDisk mount(Path directory, int megabytes) throws IOException {
        Files.createDirectories(directory);
        boolean isRoot = "root".equals(System.getProperty("user.name"));
        List<String> command = new ArrayList<>(List.of("unshare", "--mount"));
        if (!isRoot) {
            command.addAll(List.of("--user", "--map-current-user", "--keep-caps"));
        }
        String script =
                "mount -t tmpfs -o mode=755,size=%dm rhizome-small '%s' && mkdir -m 700 '%s/data'%s && echo ready && exec sleep infinity"
                        .formatted(
                                megabytes,
                                directory,
                                directory,
                                isRoot ? " && chown 65534:65534 '" + directory + "/data'" : "");
        command.addAll(List.of("sh", "-c", script));
        Process holder = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader told = holder.inputReader(StandardCharsets.UTF_8);
        if (!"ready".equals(told.readLine())) {
            holder.destroyForcibly();
            throw new IOException("this system lets nobody mount a small file system: " + String.join(" ", command));
        }
        return new SmallDisk(directory, holder, isRoot);
    }

    /** Where the server may put files. */
    Path data() {
        return directory.resolve("data");
    }

    /** What stands before a command so that it sees the file system. */
    List<String> prefix() {
        List<String> command = new ArrayList<>(List.of("nsenter", "--mount", "--target", String.valueOf(holder.pid())));
        if (!isRoot) {
            command.addAll(List.of("--user", "--preserve-credentials"));
        }
        return command;
    }

    @Override
    public void close() {
        holder.destroyForcibly();
        try {
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
