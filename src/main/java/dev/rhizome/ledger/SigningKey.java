package dev.rhizome.ledger;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * An Ed25519 key pair with which the service signs. Keys are read and made by the JDK; signatures are made by Bouncy Castle, which
 * keeps multiples of the base point where the JDK computes them each time, and gives the same bytes.
 */
public final class SigningKey {

    static final String ALGORITHM = "Ed25519";

    private final PrivateKey privateKey;
    private final PublicKey publicKey;
    private final byte[] seed;
    private final byte[] point;
    private final String id;

    private SigningKey(KeyPair pair) {
        this.privateKey = pair.getPrivate();
        this.publicKey = pair.getPublic();
        this.seed = seed(privateKey);
        this.point = KeyPem.pointOf(publicKey);
        this.id = KeyPem.idOf(publicKey);
    }

    /** A new key. */
    public static SigningKey create() {
        return new SigningKey(pair(new SecureRandom()));
    }

    /**
     * The key pair of a private key.
     *
     * @param pem of PKCS #8
     * @throws IllegalArgumentException where it is not an Ed25519 key
     */
    public static SigningKey of(String pem) {
        PrivateKey key = KeyPem.privateKey(pem);
        return new SigningKey(pair(new Seed(seed(key))));
    }

    private static byte[] seed(PrivateKey key) {
        if (!(key instanceof EdECPrivateKey ed)) {
            throw new IllegalArgumentException("not an Ed25519 key");
        }
        return ed.getBytes().orElseThrow(() -> new IllegalArgumentException("the key does not give its seed"));
    }

    /** The JDK computes a public key only where it makes the private one, which is what the generator's random bytes are. */
    @SuppressWarnings("serial") // never serialized
    private static final class Seed extends SecureRandom {

        private final byte[] seed;

        private Seed(byte[] seed) {
            this.seed = seed.clone();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, bytes.length);
        }
    }

    private static KeyPair pair(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
            generator.initialize(NamedParameterSpec.ED25519, random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK from 15 on has Ed25519", e);
        }
    }

    /** See {@link KeyPem#idOf}. */
    public String id() {
        return id;
    }

    /** The key that checks its signatures. */
    public PublicKey publicKey() {
        return publicKey;
    }

    /** The private key as PEM of PKCS #8. */
    public String pem() {
        return KeyPem.of(privateKey);
    }

    /** The signature of {@code message}, 64 bytes in hex. */
    public String sign(byte[] message) {
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(seed, 0, point, 0, message, 0, message.length, signature, 0);
        return HexFormat.of().formatHex(signature);
    }

    @Override
    public String toString() {
        return "SigningKey[" + id + "]";
    }
}
