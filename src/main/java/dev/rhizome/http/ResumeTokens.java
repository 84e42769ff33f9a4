package dev.rhizome.http;

import dev.rhizome.problem.NotFound;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Event ids that say, to us alone, how far into which answer they are: HMAC-SHA-256 over tenant, request, position and a
 * digest of all events up to there. Nothing is kept for them: a broken stream is made again, and goes on behind the
 * position if what comes before it is still the same.
 */
public final class ResumeTokens {

    /** Bytes of the digest over the events; it finds changes, and need not withstand forgery, which the HMAC does. */
    static final int CHAIN_BYTES = 8;

    private static final int MAC_BYTES = 16;
    private static final String ALGORITHM = "HmacSHA256";

    private final List<SecretKeySpec> keys;

    /** Authenticates with {@code secret}. */
    public ResumeTokens(StreamSecret secret) {
        this.keys = keys(secret);
    }

    private static List<SecretKeySpec> keys(StreamSecret secret) {
        return secret.keys().stream()
                .map(key -> new SecretKeySpec(key, ALGORITHM))
                .toList();
    }

    /** Keys of 32 bytes for {@code purpose}, from which nobody learns {@code secret} or another purpose's; the first is the one in use. */
    static List<byte[]> derived(StreamSecret secret, String purpose) {
        return keys(secret).stream().map(key -> mac(key, purpose, new byte[0])).toList();
    }

    /**
     * A place in an answer.
     *
     * @param events up to it
     * @param chain digest over them
     * @param isLast whether the answer ends there
     */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    record Position(int events, byte[] chain, boolean isLast) {}

    /** The id of the event at {@code position} of the answer to {@code scope}, which names tenant and request. */
    String token(String scope, Position position) {
        byte[] body = ByteBuffer.allocate(5 + CHAIN_BYTES)
                .putInt(position.events())
                .put((byte) (position.isLast() ? 1 : 0))
                .put(position.chain())
                .array();
        byte[] token = Arrays.copyOf(body, body.length + MAC_BYTES);
        System.arraycopy(mac(keys.getFirst(), scope, body), 0, token, body.length, MAC_BYTES);
        return encoded(token);
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * The place that {@code token} names.
     *
     * @throws NotFound where it is none of ours, or of another tenant or request
     */
    Position position(String scope, String token) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(token);
            byte[] body = Arrays.copyOf(bytes, 5 + CHAIN_BYTES);
            if (bytes.length == body.length + MAC_BYTES
                    && encoded(bytes).equals(token) // a last character has bits that no byte gets
                    && isOurs(scope, body, Arrays.copyOfRange(bytes, body.length, bytes.length))) {
                ByteBuffer buffer = ByteBuffer.wrap(body);
                int events = buffer.getInt();
                boolean isLast = buffer.get() == 1;
                return new Position(events, Arrays.copyOfRange(body, 5, body.length), isLast);
            }
        } catch (IllegalArgumentException e) {
            // not base64: the same answer as forged
        }
        throw new NotFound("answer to this request with the Last-Event-ID", token);
    }

    private boolean isOurs(String scope, byte[] body, byte[] mac) {
        return keys.stream()
                .anyMatch(key -> MessageDigest.isEqual(mac, Arrays.copyOf(mac(key, scope, body), MAC_BYTES)));
    }

    private static byte[] mac(SecretKeySpec key, String scope, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(scope.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
