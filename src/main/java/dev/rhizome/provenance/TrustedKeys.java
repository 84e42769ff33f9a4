package dev.rhizome.provenance;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Public keys whose signatures count, by id. */
public final class TrustedKeys {

    private final Map<String, PublicKey> keys = new LinkedHashMap<>();

    /** These and no others. */
    public TrustedKeys(Collection<PublicKey> trusted) {
        trusted.forEach(key -> keys.put(KeyPem.idOf(key), key));
    }

    /** Their ids. */
    public Set<String> ids() {
        return keys.keySet();
    }

    Map<String, PublicKey> all() {
        return Map.copyOf(keys);
    }

    boolean contains(String keyId) {
        return keys.containsKey(keyId);
    }

    /** Whether the key {@code keyId} is trusted and has signed {@code message}. */
    boolean hasSigned(String keyId, byte[] message, String signature) {
        PublicKey key = keys.get(keyId);
        if (key == null) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(HexFormat.of().parseHex(signature));
        } catch (SignatureException | InvalidKeyException | IllegalArgumentException e) {
            return false; // not of the form that a signature has
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK from 15 on has Ed25519", e);
        }
    }
}
