package dev.rhizome.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.ledger.Seal.Check;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is signed here is what every implementation of RFC 8032 signs; the JDK's is asked. */
class Ed25519SealTest {

    private static final SigningKey KEY = SigningKey.create();
    private static final Ed25519Seal SEAL = Ed25519Seal.signing(KEY, List.of());
    private static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.UTF_8);

    @Test
    void aSealIsTheSignatureThatTheJdkMakes() throws GeneralSecurityException {
        Signature signer = Signature.getInstance("Ed25519");
        signer.initSign(KeyPem.privateKey(KEY.pem()));
        signer.update(MESSAGE);

        String seal = SEAL.seal(MESSAGE);

        assertThat(seal).isEqualTo(HexFormat.of().formatHex(signer.sign()));
        assertThat(SEAL.check(KEY.id(), MESSAGE, seal)).isEqualTo(Check.VALID);
    }

    @Test
    void eachChangedByteIsSeen() {
        String seal = SEAL.seal(MESSAGE);
        for (int i = 0; i < 64; i++) {
            byte[] changed = HexFormat.of().parseHex(seal);
            changed[i] ^= 1;
            assertThat(SEAL.check(KEY.id(), MESSAGE, HexFormat.of().formatHex(changed)))
                    .isEqualTo(Check.INVALID);
        }
        assertThat(SEAL.check(KEY.id(), "another".getBytes(StandardCharsets.UTF_8), seal))
                .isEqualTo(Check.INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "zz", "00", "0", "not hex"})
    void whatHasNotTheFormOfASignatureIsInvalid(String seal) {
        assertThat(SEAL.check(KEY.id(), MESSAGE, seal)).isEqualTo(Check.INVALID);
        assertThat(SEAL.check(KEY.id(), MESSAGE, SEAL.seal(MESSAGE) + "00")).isEqualTo(Check.INVALID);
    }

    @Test
    void anotherKeyIsNotTrusted() {
        SigningKey other = SigningKey.create();

        assertThat(SEAL.check(other.id(), MESSAGE, other.sign(MESSAGE))).isEqualTo(Check.UNTRUSTED_KEY);
        assertThat(SEAL.check(KEY.id(), MESSAGE, other.sign(MESSAGE))).isEqualTo(Check.INVALID);
        assertThat(SEAL.check(null, MESSAGE, KEY.sign(MESSAGE))).isEqualTo(Check.UNTRUSTED_KEY);
    }
}
