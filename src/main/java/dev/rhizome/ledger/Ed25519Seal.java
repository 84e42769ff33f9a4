package dev.rhizome.ledger;

import java.security.PublicKey;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/** Seals with an Ed25519 signature: whoever checks needs public keys only. */
public final class Ed25519Seal implements Seal {

    private final @Nullable SigningKey signer;
    private final Map<String, PublicKey> trusted = new LinkedHashMap<>();
    private final Map<String, Ed25519.PublicPoint> points = new HashMap<>();

    private Ed25519Seal(@Nullable SigningKey signer, Collection<PublicKey> trusted) {
        this.signer = signer;
        if (signer != null) {
            this.trusted.put(signer.id(), signer.publicKey());
        }
        trusted.forEach(key -> this.trusted.put(KeyPem.idOf(key), key));
        this.trusted.forEach((id, key) -> {
            Ed25519.PublicPoint point = Ed25519.validatePublicKeyPartialExport(KeyPem.pointOf(key), 0);
            if (point != null) { // a key that is no point signs nothing
                points.put(id, point);
            }
        });
    }

    /** Signs with {@code signer}, whose signatures are valid beside those of the keys {@code earlier}. */
    public static Ed25519Seal signing(SigningKey signer, Collection<PublicKey> earlier) {
        return new Ed25519Seal(signer, earlier);
    }

    /** Checks signatures of the keys {@code trusted}, and makes none. */
    public static Ed25519Seal verifying(Collection<PublicKey> trusted) {
        return new Ed25519Seal(null, List.copyOf(trusted));
    }

    /** The keys whose signatures are valid by their ids, the one that signs first. */
    public Map<String, PublicKey> trustedKeys() {
        return Collections.unmodifiableMap(trusted);
    }

    @Override
    public String keyId() {
        return signer().id();
    }

    @Override
    public String seal(byte[] message) {
        return signer().sign(message);
    }

    private SigningKey signer() {
        SigningKey key = signer;
        if (key == null) {
            throw new IllegalStateException("there are public keys only, which cannot sign");
        }
        return key;
    }

    @Override
    public Check check(@Nullable String keyId, byte[] message, String seal) {
        PublicKey key = keyId == null ? null : trusted.get(keyId);
        if (key == null) {
            return Check.UNTRUSTED_KEY;
        }
        Ed25519.PublicPoint point = points.get(keyId);
        byte[] signature = signature(seal);
        return point != null && signature != null && Ed25519.verify(signature, 0, point, message, 0, message.length)
                ? Check.VALID
                : Check.INVALID;
    }

    /** The bytes of {@code seal}, null where it does not have the form of a signature. */
    private static byte @Nullable [] signature(String seal) {
        try {
            byte[] bytes = HexFormat.of().parseHex(seal);
            return bytes.length == Ed25519.SIGNATURE_SIZE ? bytes : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
