package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.http.ResumeTokens.Position;
import dev.rhizome.problem.NotFound;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Event ids are believed when they are ours, of this request, and nothing else. */
class ResumeTokensTest {

    private static final ResumeTokens TOKENS = tokens("secret");
    private static final byte[] CHAIN = {1, 2, 3, 4, 5, 6, 7, 8};
    private static final String TOKEN = TOKENS.token("scope", new Position(258, CHAIN, false));

    @ParameterizedTest
    @CsvSource({"1, false", "200, true", "2147483647, true"})
    void aPositionComesBackAsItWas(int events, boolean last) {
        String token = TOKENS.token("scope", new Position(events, CHAIN, last));
        Position position = tokens("secret").position("scope", token);

        assertThat(position.events()).isEqualTo(events);
        assertThat(position.isLast()).isEqualTo(last);
        assertThat(position.chain()).isEqualTo(CHAIN);
        assertThat(token).matches("[A-Za-z0-9_-]{39}");
    }

    @Test
    void everyFlippedBitIsSeen() {
        for (int i = 0; i < TOKEN.length(); i++) {
            for (int bit = 0; bit < 7; bit++) {
                refused("scope", TOKEN.substring(0, i) + (char) (TOKEN.charAt(i) ^ 1 << bit) + TOKEN.substring(i + 1));
            }
        }
    }

    @Test
    void everyCutAndEveryAdditionIsSeen() {
        for (int i = 0; i < TOKEN.length(); i++) {
            refused("scope", TOKEN.substring(0, i));
        }
        refused("scope", TOKEN + "A");
        refused("scope", TOKEN + "=");
        refused("scope", TOKEN + TOKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "scop", "scope\0", "Scope", "scope2"})
    void aTokenIsOfItsScopeAlone(String other) {
        refused(other, TOKEN);
    }

    @Test
    void anotherSecretBelievesNothing() {
        assertThatThrownBy(() -> tokens("another").position("scope", TOKEN)).isInstanceOf(NotFound.class);
    }

    private static void refused(String scope, String token) {
        assertThatThrownBy(() -> TOKENS.position(scope, token)).as(token).isInstanceOf(NotFound.class);
    }

    private static ResumeTokens tokens(String secret) {
        return new ResumeTokens(new StreamSecret(List.of(secret.getBytes(StandardCharsets.UTF_8))));
    }
}
