package dev.rhizome.event;

import dev.rhizome.integrity.KeyFile;
import dev.rhizome.ledger.HmacSeal;
import dev.rhizome.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The secret of the MACs of events. It is not in the database, so that someone who can write there cannot make a valid chain.
 * All processes of one installation need the same key.
 */
public final class IntegrityKey {

    private static final int SHORTEST = 32;

    private final byte[] key;

    private IntegrityKey(String key) {
        this.key = key.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * {@code configured}, or the key in {@code home}, made there where there is none.
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
        return new IntegrityKey(
                KeyFile.readOrCreate(home.resolve("events-integrity.key"), () -> KeyFile.random(SHORTEST)));
    }

    /** The ledger of {@code tenant}, which has a key of its own. */
    EventLedger ledgerOf(TenantId tenant) {
        byte[] context = ("rhizome events 1\0" + tenant).getBytes(StandardCharsets.UTF_8);
        return new EventLedger(HmacSeal.derived(key, context), tenant);
    }
}
