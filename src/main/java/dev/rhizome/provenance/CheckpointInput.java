package dev.rhizome.provenance;

import dev.rhizome.http.JsonFields;
import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.ledger.Ed25519Seal;
import dev.rhizome.ledger.Seal;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.tenant.TenantId;
import java.time.Instant;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A checkpoint that a client kept. */
final class CheckpointInput {

    private static final Set<String> FIELDS =
            Set.of("tenant", "sequence", "hash", "at", "keyId", "version", "signature");
    private static final Pattern HEX = Pattern.compile("([0-9a-f]{2})*");
    private static final int HASH_DIGITS = 64;
    private static final int SIGNATURE_DIGITS = 128;
    private static final int KEY_DIGITS = 16;

    private CheckpointInput() {}

    /**
     * Reads a checkpoint.
     *
     * @throws InvalidRequest where a trusted key did not sign it, since it says nothing about the chain then
     */
    static Checkpoint parse(byte[] json, Ed25519Seal seal) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        Long version = body.whole("version", 1, 1);
        Checkpoint checkpoint = read(body);
        for (String name : FIELDS) {
            if (!body.has(name)) {
                body.fields().reject(name, "missing", "as the head was given out");
            }
        }
        body.finish();
        if (checkpoint == null || version == null) {
            throw InvalidRequest.of("body", "null", "a head as it was given out");
        }
        ProvenanceLedger ledger = new ProvenanceLedger(checkpoint.tenant(), seal);
        if (ledger.check(checkpoint) != Seal.Check.VALID) {
            throw InvalidRequest.of("signature", "of no trusted key", "a head as it was given out");
        }
        return checkpoint;
    }

    private static @Nullable Checkpoint read(JsonFields body) {
        Long sequence = body.whole("sequence", 1, Long.MAX_VALUE);
        Instant at = body.instant("at");
        TenantId tenant = body.fields().attempt(() -> TenantId.parse("tenant", body.requiredText("tenant")));
        String hash = hex(body, "hash", HASH_DIGITS);
        String keyId = hex(body, "keyId", KEY_DIGITS);
        String signature = hex(body, "signature", SIGNATURE_DIGITS);
        return tenant == null || at == null || sequence == null
                ? null
                : new Checkpoint(tenant.value(), sequence, hash, at, keyId, 1, signature);
    }

    private static String hex(JsonFields body, String name, int digits) {
        String text = body.requiredText(name);
        if (body.has(name) && (text.length() != digits || !HEX.matcher(text).matches())) {
            body.fields().reject(name, text, digits + " hex digits");
        }
        return text;
    }
}
