package dev.rhizome.tenancy;

import dev.rhizome.tenant.TenantId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * The text of an API key: {@code rz_} and the base64url of tenant (16 bytes), key id (16) and secret (32).
 *
 * <p>It names its tenant so that it can be looked up as that tenant, under row-level security; it proves nothing until
 * the secret's hash is found there. The secret has 256 random bits, so a plain SHA-256 is enough to store it by.
 *
 * @param tenant whom it claims to belong to
 * @param keyId which of the tenant's keys
 * @param text the whole key
 */
record ApiKeySecret(TenantId tenant, UUID keyId, String text) {

    private static final String PREFIX = "rz_";
    private static final int SECRET_BYTES = 32;
    private static final int BYTES = 16 + 16 + SECRET_BYTES;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A new key. Blocks for a moment on the system's randomness. */
    static ApiKeySecret create(TenantId tenant) {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        UUID keyId = UUID.randomUUID();
        byte[] bytes = ByteBuffer.allocate(BYTES)
                .putLong(tenant.value().getMostSignificantBits())
                .putLong(tenant.value().getLeastSignificantBits())
                .putLong(keyId.getMostSignificantBits())
                .putLong(keyId.getLeastSignificantBits())
                .put(secret)
                .array();
        return new ApiKeySecret(
                tenant, keyId, PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** The parts of {@code token}, or empty where it has not the form of an API key. */
    static Optional<ApiKeySecret> parse(String token) {
        if (!token.startsWith(PREFIX)) {
            return Optional.empty();
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token.substring(PREFIX.length())));
            if (bytes.remaining() != BYTES) {
                return Optional.empty();
            }
            TenantId tenant = new TenantId(new UUID(bytes.getLong(), bytes.getLong()));
            return Optional.of(new ApiKeySecret(tenant, new UUID(bytes.getLong(), bytes.getLong()), token));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** SHA-256 of the whole text. */
    byte[] hash() {
        return sha256(text);
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return PREFIX + "… (key " + keyId + ")";
    }
}
