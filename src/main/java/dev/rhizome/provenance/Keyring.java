package dev.rhizome.provenance;

import dev.rhizome.integrity.KeyFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * The key that signs, and those whose signatures count. Looked up when the service starts, before it takes requests: the
 * one that is configured, or the one in the home, made there at the first start. Processes that serve the
 * same database need the same key.
 */
public final class Keyring implements SmartLifecycle {

    private static final String FILE = "provenance.key";

    private final ProvenanceProperties properties;
    private final Path home;
    private volatile @Nullable SigningKey current;
    private volatile @Nullable TrustedKeys trusted;

    /** Looks into {@code properties}, then into {@code home}. */
    Keyring(ProvenanceProperties properties, Path home) {
        this.properties = properties;
        this.home = home;
    }

    @Override
    public void start() {
        SigningKey key = properties.signingKey().isBlank() ? kept(home.resolve(FILE)) : configured();
        List<PublicKey> keys = new ArrayList<>();
        keys.add(key.publicKey());
        for (String earlier : properties.trustedKeys()) {
            keys.add(publicKey(earlier));
        }
        current = key;
        trusted = new TrustedKeys(keys);
    }

    @Override
    public void stop() {
        current = null;
    }

    @Override
    public boolean isRunning() {
        return current != null;
    }

    @Override
    public int getPhase() {
        return 0;
    }

    private SigningKey configured() {
        try {
            return SigningKey.of(KeyPem.read(properties.signingKey()));
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new IllegalArgumentException(
                    "rhizome.provenance.signing-key: not a private Ed25519 key (expected: PKCS #8 as PEM, as of openssl"
                            + " genpkey -algorithm ed25519, or the name of a file with it)",
                    e);
        }
    }

    private static PublicKey publicKey(String textOrFile) {
        try {
            return KeyPem.publicKey(KeyPem.read(textOrFile));
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new IllegalArgumentException(
                    "rhizome.provenance.trusted-keys: not a public Ed25519 key (expected: PEM, or the name of a file"
                            + " with it)",
                    e);
        }
    }

    private static SigningKey kept(Path file) {
        try {
            return SigningKey.of(
                    KeyFile.readOrCreate(file, () -> SigningKey.create().pem()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": not a private Ed25519 key (expected: PKCS #8 as PEM)", e);
        }
    }

    /** The key that signs. */
    SigningKey current() {
        SigningKey key = current;
        if (key == null) {
            throw new IllegalStateException("the service has not started");
        }
        return key;
    }

    /** The keys whose signatures count, the one that signs first. */
    TrustedKeys trusted() {
        TrustedKeys keys = trusted;
        if (keys == null) {
            throw new IllegalStateException("the service has not started");
        }
        return keys;
    }
}
