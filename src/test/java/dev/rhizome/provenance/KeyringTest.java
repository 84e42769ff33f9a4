package dev.rhizome.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.ledger.Ed25519Seal;
import dev.rhizome.ledger.KeyPem;
import dev.rhizome.ledger.Seal.Check;
import dev.rhizome.ledger.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the key comes from that signs, and whose signatures count. */
class KeyringTest {

    @TempDir
    private Path home = Path.of("");

    @Test
    void theFirstStartMakesAKeyThatOnlyItsOwnerReadsAndTheNextFindsIt() throws IOException {
        Keyring first = started("", List.of());
        Keyring second = started("", List.of());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("provenance.key"))))
                .isEqualTo("rw-------");
        assertThat(home.toFile().list()).containsExactly("provenance.key");
        assertThat(second.seal().keyId()).isEqualTo(first.seal().keyId()).hasSize(16);
    }

    @Test
    void aConfiguredKeyIsTextOrAFileAndNoneIsMade() throws IOException {
        SigningKey key = SigningKey.create();
        Path file = Files.writeString(home.resolve("key.pem"), key.pem());

        assertThat(started(key.pem(), List.of()).seal().keyId()).isEqualTo(key.id());
        assertThat(started(file.toString(), List.of()).seal().keyId()).isEqualTo(key.id());
        assertThat(home.resolve("provenance.key")).doesNotExist();
    }

    @Test
    void signaturesOfKeysOfBeforeCountWhereTheyAreNamed() {
        SigningKey before = SigningKey.create();
        byte[] message = {1, 2, 3};
        String signature = before.sign(message);

        Ed25519Seal without = started("", List.of()).seal();
        Ed25519Seal with = started("", List.of(KeyPem.of(before.publicKey()))).seal();

        assertThat(without.check(before.id(), message, signature)).isEqualTo(Check.UNTRUSTED_KEY);
        assertThat(with.check(before.id(), message, signature)).isEqualTo(Check.VALID);
        assertThat(with.check(before.id(), new byte[] {1}, signature)).isEqualTo(Check.INVALID);
        assertThat(with.check(before.id(), message, "00")).isEqualTo(Check.INVALID);
        assertThat(with.check(before.id(), message, "no hex")).isEqualTo(Check.INVALID);
    }

    @Test
    void whatIsNoKeyIsRefusedByTheNameOfItsSetting() throws IOException {
        Files.writeString(home.resolve("provenance.key"), "not a key");

        assertThatThrownBy(() -> started("nowhere.pem", List.of()))
                .hasMessageContaining("rhizome.provenance.signing-key");
        assertThatThrownBy(() -> started(SigningKey.create().pem(), List.of("x")))
                .hasMessageContaining("rhizome.provenance.trusted-keys");
        assertThatThrownBy(() -> started("", List.of())).hasMessageContaining("provenance.key");
    }

    private Keyring started(String signingKey, List<String> trusted) {
        Keyring keyring = new Keyring(
                new ProvenanceProperties(
                        signingKey, trusted, 100, Duration.ofSeconds(60), Duration.ofSeconds(10), 500, 1_000),
                home);
        keyring.start();
        return keyring;
    }
}
