package dev.rhizome.integrity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that keep secret keys, each readable by its owner only.
 *
 * <p>Any number of processes may start on an empty home at once: one of them makes the key, and all of them use it. The key
 * is written to a file of another name, brought to the disk, and then linked under its own name, which fails where that name
 * is taken. So a key file is whole from its first moment, and never replaced.
 */
public final class KeyFile {

    private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);
    private static final String OWNER_ONLY = "rw-------";

    private KeyFile() {}

    /**
     * The text of {@code file}, without white space at its ends; the file is made where there is none.
     *
     * @param newKey makes the text of a new file; may be called and its result not used
     * @throws IllegalArgumentException when the file is there and empty
     * @throws UncheckedIOException when the file can be neither read nor made
     */
    public static String readOrCreate(Path file, Supplier<String> newKey) {
        try {
            if (!Files.exists(file)) {
                create(file.toAbsolutePath(), newKey.get());
            }
            String key = Files.readString(file).strip();
            if (key.isEmpty()) {
                throw new IllegalArgumentException(
                        file + ": empty (expected: a key; delete the file to have a new key made)");
            }
            return key;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep a key in " + file, e);
        }
    }

    /** As many random bytes from the system's generator, in hex. */
    public static String random(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static void create(Path file, String key) throws IOException {
        Path folder = Objects.requireNonNull(file.getParent(), "a file is in a folder");
        Files.createDirectories(folder);
        Path aside = Files.createTempFile(
                folder,
                String.valueOf(file.getFileName()),
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
        try {
            write(aside, key.strip() + "\n");
            Files.createLink(file, aside);
            flush(folder);
            LOG.atInfo()
                    .addKeyValue("event", "key-created")
                    .addKeyValue("file", file)
                    .log("made a key");
        } catch (FileAlreadyExistsException e) {
            LOG.atDebug()
                    .addKeyValue("event", "key-found")
                    .addKeyValue("file", file)
                    .log("another process made the key");
        } finally {
            Files.delete(aside);
        }
    }

    private static void write(Path file, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** A name in a folder outlives a crash of the machine once the folder is on the disk. */
    private static void flush(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
