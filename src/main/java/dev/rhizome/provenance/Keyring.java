package dev.rhizome.provenance;

import dev.rhizome.ledger.Ed25519Seal;
import dev.rhizome.ledger.KeyPem;
import dev.rhizome.ledger.SigningKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The key that signs, and the keys whose signatures are valid. They are read when the service starts, before it takes
 * requests: the configured key, or the one in the home directory, made there with mode 0600 at the first start. Processes that
 * serve the same database need the same key.
 */
public final class Keyring implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Keyring.class);
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
            return Files.exists(file) ? SigningKey.of(Files.readString(file)) : create(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the key of provenance in " + file, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": not a private Ed25519 key (expected: PKCS #8 as PEM)", e);
        }
    }

    /** Made whole under another name and then moved, so that no process that starts at the same time reads half of it. */
    private static SigningKey create(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        SigningKey key = SigningKey.create();
        Path whole = Files.createTempFile(
                file.toAbsolutePath().getParent(),
                FILE,
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(whole, key.pem());
        try {
            Files.createLink(file, whole);
        } catch (FileAlreadyExistsException e) {
            return SigningKey.of(Files.readString(file)); // another process was faster
        } finally {
            Files.delete(whole);
        }
        LOG.atInfo()
                .addKeyValue("event", "provenance-key-created")
                .addKeyValue("file", file)
                .addKeyValue("keyId", key.id())
                .log("made a key that signs provenance");
        return key;
    }

    /** The seal of the key that signs; the signatures of the keys of before are valid too. */
    Ed25519Seal seal() {
        Ed25519Seal found = seal;
        if (found == null) {
            throw new IllegalStateException("the service has not started");
        }
        return found;
    }
}
