package dev.rhizome.transfer;

import dev.rhizome.integrity.CanonicalEncoding;
import dev.rhizome.ledger.Ed25519Seal;
import dev.rhizome.ledger.Seal;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A signed statement that a tenant was removed.
 *
 * @param tenant that was removed
 * @param closedAt from when on its keys were refused
 * @param removedAt when no table had a row of it any more, but for the audit
 * @param rows how many there were in each table when it was closed
 * @param left how many are left, which is none
 * @param keyId of the key that signed it
 * @param signature Ed25519 over all fields in front, in hex
 */
public record RemovalCertificate(
        UUID tenant,
        Instant closedAt,
        Instant removedAt,
        Map<String, Long> rows,
        long left,
        String keyId,
        String signature) {

    private static final String DOMAIN = "rhizome.tenant.removal";
    private static final int VERSION = 1;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** A certificate with {@code rows} by the names of their tables. */
    public RemovalCertificate {
        rows = new TreeMap<>(rows);
    }

    /** What it says, signed with the key of {@code seal}. */
    RemovalCertificate signedBy(Ed25519Seal seal) {
        RemovalCertificate named =
                new RemovalCertificate(tenant, closedAt, removedAt, rows, left, String.valueOf(seal.keyId()), "");
        return new RemovalCertificate(
                tenant, closedAt, removedAt, rows, left, named.keyId, seal.seal(named.signedBytes()));
    }

    /**
     * A certificate as the service gives it out.
     *
     * @throws IllegalArgumentException where {@code json} is none
     */
    public static RemovalCertificate of(String json) {
        try {
            RemovalCertificate read = JSON.readValue(json, RemovalCertificate.class);
            if (read.tenant == null || read.closedAt == null || read.removedAt == null || read.signature == null) {
                throw new IllegalArgumentException("a field is missing");
            }
            return read;
        } catch (JacksonException | NullPointerException e) {
            throw new IllegalArgumentException("not a certificate", e);
        }
    }

    /** Whether a key that {@code seal} trusts signed what it says. */
    public Seal.Check check(Ed25519Seal seal) {
        return seal.check(keyId, signedBytes(), signature);
    }

    private byte[] signedBytes() {
        CanonicalEncoding covered =
                new CanonicalEncoding(DOMAIN, VERSION).id(tenant).time(closedAt).time(removedAt);
        rows.forEach((table, count) -> covered.text(table).integer(count));
        return covered.integer(left).text(keyId).toBytes();
    }
}
