package dev.rhizome.ledger;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Seals with an Ed25519 signature: whoever checks needs public keys only. */
public final class Ed25519Seal implements Seal {

    private final @Nullable SigningKey signer;
    private final Map<String, PublicKey> trusted = new LinkedHashMap<>();

    private Ed25519Seal(@Nullable SigningKey signer, Collection<PublicKey> trusted) {
        this.signer = signer;
        if (signer != null) {
            this.trusted.put(signer.id(), signer.publicKey());
        }
        trusted.forEach(key -> this.trusted.put(KeyPem.idOf(key), key));
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
        try {
            Signature verifier = Signature.getInstance(SigningKey.ALGORITHM);
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(HexFormat.of().parseHex(seal)) ? Check.VALID : Check.INVALID;
        } catch (SignatureException | InvalidKeyException | IllegalArgumentException e) {
            return Check.INVALID; // it does not have the form of a signature
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK from 15 on has Ed25519", e);
        }
    }
}
