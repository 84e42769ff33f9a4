package dev.rhizome.event;

import dev.rhizome.ledger.HmacSeal;
import dev.rhizome.tenant.TenantId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secret of the MACs of events. It is not in the database, so that someone who can write there cannot make a valid chain.
 * All processes of one installation need the same key.
 */
public final class IntegrityKey {

    private static final Logger LOG = LoggerFactory.getLogger(IntegrityKey.class);
    private static final int SHORTEST = 32;

    private final byte[] key;

    private IntegrityKey(String key) {
        this.key = key.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * {@code configured}, or the key in {@code home}, made there with mode 0600 where there is none.
     *
     * @throws IllegalArgumentException when the configured key is too short to be a secret
     */
    public static IntegrityKey resolve(String configured, Path home) {
        if (!configured.isBlank()) {
            if (configured.length() < SHORTEST) {
                throw new IllegalArgumentException(
                        "RHIZOME_EVENTS_INTEGRITY_KEY: too short (expected: at least " + SHORTEST + " characters)");
            }
            return new IntegrityKey(configured);
        }
        Path file = home.resolve("events-integrity.key");
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            return new IntegrityKey(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the key of events in " + file, e);
        }
    }

    private static void create(Path file) throws IOException {
        byte[] random = new byte[SHORTEST];
        new SecureRandom().nextBytes(random);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path made = Files.createTempFile(
                file.toAbsolutePath().getParent(),
                "events",
                ".key",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(made, HexFormat.of().formatHex(random) + "\n");
        try {
            Files.createLink(file, made); // whole from its first moment, and never over another's
            LOG.atInfo()
                    .addKeyValue("event", "integrity-key-created")
                    .addKeyValue("file", file)
                    .log("made a key for chains of events");
        } catch (FileAlreadyExistsException e) {
            LOG.atDebug().addKeyValue("event", "integrity-key-found").log("another process was faster");
        } finally {
            Files.delete(made);
        }
    }

    /** The ledger of {@code tenant}, which has a key of its own. */
    EventLedger ledgerOf(TenantId tenant) {
        byte[] context = ("rhizome events 1\0" + tenant).getBytes(StandardCharsets.UTF_8);
        return new EventLedger(HmacSeal.derived(key, context), tenant);
    }
}
