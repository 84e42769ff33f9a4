package dev.rhizome.ledger;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Seals with HMAC-SHA256: whoever checks needs the secret too. Not safe for use by two threads at once. */
public final class HmacSeal implements Seal {

    private static final String ALGORITHM = "HmacSHA256";
    private static final HexFormat HEX = HexFormat.of();

    /** The one that seals first. */
    private final List<Mac> trusted;
    /** Which one made the last valid seal, and most likely the next too. */
    private int latest;

    private HmacSeal(List<Mac> trusted) {
        this.trusted = trusted;
    }

    /**
     * The seal of keys derived from {@code key} and {@code others} for {@code context}, so that no two contexts share a key.
     *
     * @param key seals
     * @param others keys whose seals are valid too
     */
    public static HmacSeal derived(byte[] key, List<byte[]> others, byte[] context) {
        return new HmacSeal(Stream.concat(Stream.of(key), others.stream())
                .map(one -> mac(mac(one).doFinal(context)))
                .toList());
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    @Override
    public @Nullable String keyId() {
        return null;
    }

    @Override
    public String seal(byte[] message) {
        return HEX.formatHex(trusted.getFirst().doFinal(message));
    }

    @Override
    public Check check(@Nullable String keyId, byte[] message, String seal) {
        try {
            return isMade(message, HEX.parseHex(seal)) ? Check.VALID : Check.INVALID;
        } catch (IllegalArgumentException e) {
            return Check.INVALID;
        }
    }

    private boolean isMade(byte[] message, byte[] seal) {
        for (int i = 0; i < trusted.size(); i++) {
            int next = (latest + i) % trusted.size();
            if (MessageDigest.isEqual(trusted.get(next).doFinal(message), seal)) {
                latest = next;
                return true;
            }
        }
        return false;
    }
}
