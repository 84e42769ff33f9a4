package dev.rhizome.event;

import dev.rhizome.tenant.TenantId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Archives in a directory, with one below it a tenant. */
public final class DirectoryArchive implements EventArchive {

    private final Path directory;

    /** Files below {@code directory}, which is made with the first. */
    public DirectoryArchive(Path directory) {
        this.directory = directory;
    }

    @Override
    public Mono<String> write(TenantId tenant, ArchiveFile.Content content) {
        return Mono.fromCallable(() -> {
                    String name = ArchiveFile.name(tenant, content.events());
                    written(resolve(name), content);
                    return name;
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    /** The file gets its name when all of it is on the disk. */
    private static void written(Path file, ArchiveFile.Content content) throws IOException {
        Path folder = file.resolveSibling("");
        Files.createDirectories(folder);
        Path unfinished = Files.createTempFile(folder, "events", ".tmp");
        try {
            try (OutputStream out = Files.newOutputStream(unfinished)) {
                content.writeTo(out);
            }
            force(unfinished);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(folder);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Where the file of {@code name} is. */
    public Path resolve(String name) {
        return directory.resolve(name);
    }
}
