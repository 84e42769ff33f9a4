package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.problem.InvalidRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WrittenTokensTest {

    private static final byte[] SECRET = "a secret of the tests, long enough".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NEXT = "the secret that comes after that one".getBytes(StandardCharsets.UTF_8);

    private final WrittenTokens tokens = of(SECRET);

    private static WrittenTokens of(byte[]... secrets) {
        return new WrittenTokens("X-Rhizome-Written", new StreamSecret(List.of(secrets)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 0x16B374D848L, Long.MAX_VALUE})
    void aTokenNamesItsPosition(long position) {
        String token = tokens.token(position);

        assertThat(token).matches("[A-Za-z0-9_-]{48}");
        assertThat(tokens.position(token)).isEqualTo(position);
    }

    @Test
    void twoOfOnePositionAreNotAlike() {
        assertThat(tokens.token(7)).isNotEqualTo(tokens.token(7));
    }

    @Test
    void everyChangedCharacterIsNoticed() {
        String token = tokens.token(1_234_567);

        for (int i = 0; i < token.length(); i++) {
            String forged = token.substring(0, i) + (token.charAt(i) == 'A' ? 'B' : 'A') + token.substring(i + 1);
            assertRefused(forged);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0/16B374D848", "AAAA", "not base64 at all, but of the length that is right"})
    void whatIsNoTokenNamesTheHeader(String token) {
        assertRefused(token);
    }

    @Test
    void aTokenOfTheSecretOfBeforeCountsWhileThatDoes() {
        String before = tokens.token(42);

        assertThat(of(NEXT, SECRET).position(before)).isEqualTo(42);
        assertThatThrownBy(() -> of(NEXT).position(before)).isInstanceOf(InvalidRequest.class);
    }

    private void assertRefused(String token) {
        assertThatThrownBy(() -> tokens.position(token))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageStartingWith("X-Rhizome-Written");
    }
}
