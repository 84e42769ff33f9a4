package dev.rhizome.http;

import dev.rhizome.problem.InvalidRequest;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Positions in the database's log as clients see them: encrypted by AES-256-GCM, for two plain ones would tell a tenant how much all others
 * have written in between. A token is 48 characters of base64url.
 */
final class WrittenTokens {

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int BYTES = NONCE_BYTES + Long.BYTES + TAG_BITS / Byte.SIZE;

    private final String name;
    private final List<SecretKeySpec> keys;
    private final SecureRandom random = new SecureRandom();

    /** Tokens of the header {@code name}, by keys made of {@code secret}. */
    WrittenTokens(String name, StreamSecret secret) {
        this.name = name;
        this.keys = ResumeTokens.derived(secret, name).stream()
                .map(key -> new SecretKeySpec(key, "AES"))
                .toList();
    }

    /** A token of {@code position}; each time another. */
    String token(long position) {
        byte[] token = new byte[BYTES];
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        System.arraycopy(nonce, 0, token, 0, NONCE_BYTES);
        byte[] body = ByteBuffer.allocate(Long.BYTES).putLong(position).array();
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, keys.getFirst(), nonce);
            int unused = cipher.doFinal(body, 0, body.length, token, NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw impossible(e);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /**
     * The position that {@code token} names.
     *
     * @throws InvalidRequest where it is none of ours
     */
    long position(String token) {
        byte[] bytes = decoded(token);
        return keys.stream()
                .flatMap(key -> opened(key, bytes).stream().boxed())
                .findFirst()
                .orElseThrow(() -> InvalidRequest.of(name, token, "what an answer had in this header"));
    }

    private static byte[] decoded(String token) {
        try {
            return Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static OptionalLong opened(SecretKeySpec key, byte[] token) {
        if (token.length != BYTES) {
            return OptionalLong.empty();
        }
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOf(token, NONCE_BYTES));
            byte[] body = cipher.doFinal(token, NONCE_BYTES, BYTES - NONCE_BYTES);
            return OptionalLong.of(ByteBuffer.wrap(body).getLong());
        } catch (AEADBadTagException e) {
            return OptionalLong.empty(); // forged, or of the secret of before
        } catch (GeneralSecurityException e) {
            throw impossible(e);
        }
    }

    private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        return cipher;
    }

    private static IllegalStateException impossible(GeneralSecurityException e) {
        return new IllegalStateException("every JDK has " + CIPHER, e);
    }
}
