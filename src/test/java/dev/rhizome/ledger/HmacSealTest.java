package dev.rhizome.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.ledger.Seal.Check;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which MACs are valid: those of one context, made with the key or with one that is trusted. */
class HmacSealTest {

    private static final byte[] KEY = bytes("key");
    private static final byte[] EARLIER = bytes("earlier key");
    private static final byte[] CONTEXT = bytes("context");
    private static final byte[] MESSAGE = bytes("message");

    private final HmacSeal seal = HmacSeal.derived(KEY, List.of(EARLIER), CONTEXT);

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void aSealIsThatOfItsMessageAlone() {
        String made = seal.seal(MESSAGE);

        assertThat(made).hasSize(64).isEqualTo(seal.seal(MESSAGE));
        assertThat(seal.check(null, MESSAGE, made)).isEqualTo(Check.VALID);
        assertThat(seal.check(null, bytes("another"), made)).isEqualTo(Check.INVALID);
        assertThat(seal.check(null, MESSAGE, made.substring(2))).isEqualTo(Check.INVALID);
        assertThat(seal.check(null, MESSAGE, "no hex")).isEqualTo(Check.INVALID);
        assertThat(seal.keyId()).isNull();
    }

    @Test
    void whatAnEarlierKeySealedIsValidWhereItIsTrusted() {
        String made = HmacSeal.derived(EARLIER, List.of(), CONTEXT).seal(MESSAGE);
        HmacSeal strict = HmacSeal.derived(KEY, List.of(), CONTEXT);

        assertThat(made).isNotEqualTo(seal.seal(MESSAGE));
        assertThat(seal.check(null, MESSAGE, made)).isEqualTo(Check.VALID);
        assertThat(strict.check(null, MESSAGE, made)).isEqualTo(Check.INVALID);
    }

    /** The last valid key is tried first; the others are not forgotten for that. */
    @Test
    void bothKeysCountInAnyOrder() {
        String earlier = HmacSeal.derived(EARLIER, List.of(), CONTEXT).seal(MESSAGE);
        String now = seal.seal(MESSAGE);

        for (String made : List.of(now, earlier, earlier, now, now, earlier)) {
            assertThat(seal.check(null, MESSAGE, made)).isEqualTo(Check.VALID);
        }
        assertThat(seal.seal(MESSAGE)).isEqualTo(now);
    }

    @Test
    void contextsShareNoKey() {
        assertThat(HmacSeal.derived(KEY, List.of(), bytes("other")).seal(MESSAGE))
                .isNotEqualTo(seal.seal(MESSAGE));
    }
}
