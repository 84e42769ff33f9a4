package dev.rhizome.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.tenant.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** Which keys are the operator's. */
class OperatorKeyTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String KEY = "sixteen-letters-";

    @Test
    void theConfiguredKeyCountsAndOneThatIsTooShortFailsTheStart(@TempDir Path home) {
        assertThat(OperatorKey.resolve(KEY, home)).isEqualTo(KEY);
        assertThat(home.resolve("operator.key")).doesNotExist();
        assertThatThrownBy(() -> OperatorKey.resolve(KEY.substring(1), home))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("RHIZOME_OPERATOR_KEY: too short");
    }

    @Test
    void withoutOneAKeyIsMadeOnceAndKept(@TempDir Path home) {
        String made = OperatorKey.resolve(" ", home);

        assertThat(made).startsWith("rzo_").hasSizeGreaterThan(30);
        assertThat(OperatorKey.resolve("", home)).isEqualTo(made);
    }

    @Test
    void whileAKeyIsReplacedBothCount(@TempDir Path home) {
        assertThat(OperatorKey.all(new OperatorProperties(KEY, "", "", "", home)))
                .containsExactly(KEY);
        assertThat(OperatorKey.all(new OperatorProperties(KEY, "the-one-of-before", "", "", home)))
                .containsExactly(KEY, "the-one-of-before");
        assertThatThrownBy(() -> OperatorKey.all(new OperatorProperties(KEY, "short", "", "", home)))
                .hasMessageContaining("RHIZOME_OPERATOR_KEY_BEFORE: too short");
    }

    @Test
    void whoShowsOneIsTheOperatorOfNoTenant() {
        OperatorAuthenticator authenticator = new OperatorAuthenticator(List.of(KEY, "the-one-of-before"));

        for (String key : List.of(KEY, "the-one-of-before")) {
            var caller = Objects.requireNonNull(authenticator.authenticate(key).block(LIMIT));
            assertThat(caller.role()).isEqualTo(Role.OPERATOR);
            assertThat(caller.tenant()).isNull();
        }
        assertThat(Mono.from(authenticator.authenticate(KEY + "x")).hasElement().block(LIMIT))
                .isFalse();
    }
}
