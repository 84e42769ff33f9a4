package dev.rhizome.provenance;

import dev.rhizome.integrity.KeyFile;
import dev.rhizome.ledger.Ed25519Seal;
import dev.rhizome.ledger.KeyPem;
import dev.rhizome.ledger.SigningKey;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * The key that signs, and the keys whose signatures are valid. They are read when the service starts, before it takes
 * requests: the configured key, or the one in the home directory, made there at the first start. Processes that
 * serve the same database need the same key.
 */
public final class Keyring implements SmartLifecycle {

    private static final String FILE = "provenance.key";

    private final ProvenanceProperties properties;
    private final Path home;
    private volatile @Nullable Ed25519Seal seal;

    /** Looks into {@code properties}, then into {@code home}. */
    Keyring(ProvenanceProperties properties, Path home) {
        this.properties = properties;
        this.home = home;
    }

    @Override
    public void start() {
        SigningKey key = properties.signingKey().isBlank() ? kept(home.resolve(FILE)) : configured();
        List<PublicKey> earlier =
                properties.trustedKeys().stream().map(Keyring::publicKey).toList();
        seal = Ed25519Seal.signing(key, earlier);
    }

    @Override
    public void stop() {
        seal = null;
    }

    @Override
    public boolean isRunning() {
        return seal != null;
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

    /** The seal of the key that signs; the signatures of the keys of before are valid too. */
    public Ed25519Seal seal() {
        Ed25519Seal found = seal;
        if (found == null) {
            throw new IllegalStateException("the service has not started");
        }
        return found;
    }
}
