package dev.rhizome.ledger;

import dev.rhizome.integrity.CanonicalEncoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Ed25519 keys as PEM. */
public final class KeyPem {

    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";
    private static final int LINE = 64;
    private static final int ID_BYTES = 8;

    private KeyPem() {}

    /** {@code textOrFile} where it is PEM, else the content of the file of that name. */
    public static String read(String textOrFile) {
        if (textOrFile.contains("-----BEGIN")) {
            return textOrFile;
        }
        try {
            return Files.readString(Path.of(textOrFile));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the key in " + textOrFile, e);
        }
    }

    /**
     * The private key of PKCS #8.
     *
     * @throws IllegalArgumentException where {@code pem} is not an Ed25519 key
     */
    public static PrivateKey privateKey(String pem) {
        try {
            return KeyFactory.getInstance(SigningKey.ALGORITHM)
                    .generatePrivate(new PKCS8EncodedKeySpec(bytes(PRIVATE, pem)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a private Ed25519 key (expected: PKCS #8 as PEM)", e);
        }
    }

    /**
     * The public key.
     *
     * @throws IllegalArgumentException where {@code pem} is not an Ed25519 key
     */
    public static PublicKey publicKey(String pem) {
        try {
            return KeyFactory.getInstance(SigningKey.ALGORITHM)
                    .generatePublic(new X509EncodedKeySpec(bytes(PUBLIC, pem)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a public Ed25519 key (expected: PEM)", e);
        }
    }

    /** The id of a key: the first 16 hex digits of the SHA-256 of its encoding. */
    public static String idOf(PublicKey key) {
        return HexFormat.of().formatHex(CanonicalEncoding.sha256(key.getEncoded()), 0, ID_BYTES);
    }

    /** The 32 bytes of RFC 8032 that are the key; they end its X.509 encoding. */
    static byte[] pointOf(PublicKey key) {
        byte[] encoded = key.getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - Ed25519.PUBLIC_KEY_SIZE, encoded.length);
    }

    /** The key as PEM. */
    public static String of(PrivateKey key) {
        return text(PRIVATE, key.getEncoded());
    }

    /** The key as PEM. */
    public static String of(PublicKey key) {
        return text(PUBLIC, key.getEncoded());
    }

    private static String text(String kind, byte[] bytes) {
        String body = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(bytes);
        return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
    }

    private static byte[] bytes(String kind, String pem) {
        Matcher found = Pattern.compile("-----BEGIN " + kind + "-----([A-Za-z0-9+/=\\s]+)-----END " + kind + "-----")
                .matcher(pem);
        if (!found.find()) {
            throw new IllegalArgumentException("no " + kind + " (expected: PEM)");
        }
        return Base64.getMimeDecoder().decode(found.group(1));
    }
}
