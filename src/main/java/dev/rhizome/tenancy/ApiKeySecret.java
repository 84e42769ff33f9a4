package dev.rhizome.tenancy;

import dev.rhizome.tenant.TenantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * The text of an API key: {@code rz_} and the base64url of tenant (16 bytes), key id (16), secret (32) and tag (8); see
 * {@link KeyTags}. Keys from before there were tags have none.
 *
 * <p>It names its tenant so that it can be looked up as that tenant, under row-level security; it proves nothing until
 * the secret's hash is found there. The secret has 256 random bits, so a plain SHA-256 is enough to store it by.
 *
 * @param tenant whom it claims to belong to
 * @param keyId which of the tenant's keys
 * @param tag the last bytes, or none
 * @param text the whole key
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record ApiKeySecret(TenantId tenant, UUID keyId, byte[] tag, String text) {

    static final int TAG_BYTES = 8;

    private static final String PREFIX = "rz_";
    private static final int SECRET_BYTES = 32;
    private static final int BODY_BYTES = 16 + 16 + SECRET_BYTES;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** The bytes of a new key, but for its tag. Blocks for a moment on the system's randomness. */
    static byte[] newBody(TenantId tenant) {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        UUID keyId = UUID.randomUUID();
        return ByteBuffer.allocate(BODY_BYTES)
                .putLong(tenant.value().getMostSignificantBits())
                .putLong(tenant.value().getLeastSignificantBits())
                .putLong(keyId.getMostSignificantBits())
                .putLong(keyId.getLeastSignificantBits())
                .put(secret)
                .array();
    }

    /** The key of {@code body} and {@code tag}. */
    static ApiKeySecret of(byte[] body, byte[] tag) {
        byte[] whole = Arrays.copyOf(body, body.length + tag.length);
        System.arraycopy(tag, 0, whole, body.length, tag.length);
        return of(whole, PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(whole));
    }

    /** The parts of {@code token}, or empty where it has not the form of an API key. */
    static Optional<ApiKeySecret> parse(String token) {
        if (!token.startsWith(PREFIX)) {
            return Optional.empty();
        }
        try {
            byte[] whole = Base64.getUrlDecoder().decode(token.substring(PREFIX.length()));
            return whole.length == BODY_BYTES || whole.length == BODY_BYTES + TAG_BYTES
                    ? Optional.of(of(whole, token))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static ApiKeySecret of(byte[] whole, String text) {
        ByteBuffer bytes = ByteBuffer.wrap(whole);
        return new ApiKeySecret(
                new TenantId(new UUID(bytes.getLong(), bytes.getLong())),
                new UUID(bytes.getLong(), bytes.getLong()),
                Arrays.copyOfRange(whole, BODY_BYTES, whole.length),
                text);
    }

    /** All bytes but the tag. */
    byte[] body() {
        return Arrays.copyOf(Base64.getUrlDecoder().decode(text.substring(PREFIX.length())), BODY_BYTES);
    }

    /** SHA-256 of the whole text. */
    byte[] hash() {
        return sha256(text);
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return PREFIX + "… (key " + keyId + ")";
    }
}
