package dev.rhizome.ledger;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Seals with HMAC-SHA256: whoever checks needs the secret too. Not safe for use by two threads at once. */
public final class HmacSeal implements Seal {

    private static final String ALGORITHM = "HmacSHA256";
    private static final HexFormat HEX = HexFormat.of();

    private final Mac mac;

    /** Seals with {@code key}. */
    public HmacSeal(byte[] key) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** The seal of a key derived from {@code key} for {@code context}, so that no two contexts share a key. */
    public static HmacSeal derived(byte[] key, byte[] context) {
        return new HmacSeal(new HmacSeal(key).mac.doFinal(context));
    }

    @Override
    public @Nullable String keyId() {
        return null;
    }

    @Override
    public String seal(byte[] message) {
        return HEX.formatHex(mac.doFinal(message));
    }

    @Override
    public Check check(@Nullable String keyId, byte[] message, String seal) {
        try {
            return MessageDigest.isEqual(mac.doFinal(message), HEX.parseHex(seal)) ? Check.VALID : Check.INVALID;
        } catch (IllegalArgumentException e) {
            return Check.INVALID;
        }
    }
}
