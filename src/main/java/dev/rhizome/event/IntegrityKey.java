package dev.rhizome.event;

import dev.rhizome.integrity.KeyFile;
import dev.rhizome.ledger.HmacSeal;
import dev.rhizome.tenant.TenantId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of the MACs of events: the one that new MACs are made with, and others whose MACs are valid too. They are not
 * in the database, so that someone who can write there cannot make a valid chain. All processes of one installation need the
 * same keys.
 */
public final class IntegrityKey {

    private static final String FILE = "events-integrity.key";
    private static final String SEALING = "RHIZOME_EVENTS_INTEGRITY_KEY";
    private static final String TRUSTED = "RHIZOME_EVENTS_TRUSTED_KEYS";
    private static final int SHORTEST = 32;

    private final byte[] key;
    private final List<byte[]> others;

    private IntegrityKey(String key, List<String> others) {
        this.key = bytes(key);
        this.others = others.stream().map(IntegrityKey::bytes).toList();
    }

    /**
     * {@code configured}, or the key in {@code home}, made there where there is none; and the keys {@code trusted}.
     *
     * @param trusted earlier keys, or the next one: each itself, or the name of a file with it
     * @throws IllegalArgumentException naming the setting, when a key is too short to be a secret or its file cannot be read
     */
    public static IntegrityKey resolve(String configured, List<String> trusted, Path home) {
        String key = configured.isBlank()
                ? KeyFile.readOrCreate(home.resolve(FILE), () -> KeyFile.random(SHORTEST))
                : longEnough(SEALING, configured);
        return new IntegrityKey(key, trusted.stream().map(IntegrityKey::trusted).toList());
    }

    /**
     * The keys that are there, to verify with: those in {@code files}; where there are none, {@code configured} or the key in
     * {@code home}, and {@code trusted}. None is made.
     *
     * @throws IllegalArgumentException when there is no key, one is too short, or a file cannot be read
     */
    public static IntegrityKey existing(List<Path> files, String configured, List<String> trusted, Path home) {
        List<String> keys = new ArrayList<>();
        files.forEach(file -> keys.add(longEnough(file.toString(), read("--key", file))));
        if (files.isEmpty()) {
            keys.add(configured.isBlank() ? kept(home.resolve(FILE)) : longEnough(SEALING, configured));
            trusted.forEach(other -> keys.add(trusted(other)));
        }
        return new IntegrityKey(keys.getFirst(), keys.subList(1, keys.size()));
    }

    private static String kept(Path file) {
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(
                    "no key (expected: --key FILE, " + SEALING + ", or the file " + file + ")");
        }
        return longEnough(file.toString(), read(SEALING, file));
    }

    /** What looks like the path of a file is one, so that a path with a mistake in it is not taken for a secret. */
    private static String trusted(String keyOrFile) {
        Path file = file(keyOrFile);
        return longEnough(TRUSTED, file == null ? keyOrFile : read(TRUSTED, file));
    }

    private static @Nullable Path file(String keyOrFile) {
        boolean looksLikeOne = keyOrFile.startsWith("/") || keyOrFile.startsWith(".") || keyOrFile.endsWith(".key");
        try {
            Path file = Path.of(keyOrFile);
            return looksLikeOne || Files.isRegularFile(file) ? file : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static String read(String setting, Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException(setting + ": cannot read " + file + " (expected: a file with a key)", e);
        }
    }

    private static String longEnough(String setting, String key) {
        if (key.length() < SHORTEST) {
            throw new IllegalArgumentException(
                    setting + ": too short (expected: at least " + SHORTEST + " characters)");
        }
        return key;
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    /** The ledger of {@code tenant}, which has keys of its own. */
    EventLedger ledgerOf(TenantId tenant) {
        byte[] context = bytes("rhizome events 1\0" + tenant);
        return new EventLedger(HmacSeal.derived(key, others, context), tenant);
    }
}
