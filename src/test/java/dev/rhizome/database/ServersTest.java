package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ServersTest {

    private static final int STANDBY = 0;

    private final Servers servers = new Servers(DatabaseSettings.from(Map.of("DB_HOST", "a,b,c")));

    @Test
    void theOneThatWasThePrimaryLastIsAskedFirst() {
        assertThat(servers.likeliestFirst()).containsExactly(0, 1, 2);

        assertThat(isPrimary(2, 1)).isTrue();

        assertThat(servers.likeliestFirst()).containsExactly(2, 0, 1);
    }

    @Test
    void oneThatDoesNotAnswerIsAskedLast() {
        assertThat(isPrimary(1, 1)).isTrue();

        servers.noteSilence(1);
        servers.noteSilence(0); // was not asked first anyway

        assertThat(servers.likeliestFirst()).containsExactly(2, 0, 1);
    }

    @Test
    void theNewestTimelineIsThePrimarys() {
        assertThat(isPrimary(0, 1)).isTrue();
        assertThat(isPrimary(1, STANDBY)).isFalse();

        assertThat(isPrimary(1, 2)).isTrue();

        assertThat(isPrimary(0, 1)).as("came back as it was").isFalse();
        assertThat(isPrimary(0, STANDBY)).isFalse();
        assertThat(isPrimary(1, 2)).isTrue();
    }

    @Test
    void ofTwoOnOneTimelineTheOneThatIsUsedStays() {
        assertThat(isPrimary(1, 2)).isTrue();

        assertThat(isPrimary(2, 2)).isFalse();
        servers.noteSilence(1);

        assertThat(isPrimary(2, 2)).isTrue();
        assertThat(isPrimary(1, 2)).isFalse();
    }

    private boolean isPrimary(int server, int timeline) {
        return Boolean.TRUE.equals(servers.isPrimary(server, timeline).block());
    }
}
