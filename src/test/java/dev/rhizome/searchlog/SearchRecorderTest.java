package dev.rhizome.searchlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.search.SearchObserver.Searched;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Searches that wait to be written down, without a service. */
class SearchRecorderTest {

    private static final TenantId TENANT = new TenantId(new UUID(1, 2));
    private static final Searched SEARCHED =
            new Searched("words", "text", 10, 0, 1, 0, true, 1.5, null, 1.0, null, null);

    private static SearchRecorder recorder(boolean enabled) {
        SearchLogProperties properties = new SearchLogProperties(enabled, Duration.ofSeconds(1), 3, Duration.ofDays(1));
        return new SearchRecorder(
                (tenant, sessions) -> Mono.error(new IllegalStateException("no database")), properties);
    }

    @Test
    void whatDoesNotFitIsCountedAndForgotten() {
        SearchRecorder recorder = recorder(true);

        for (int i = 0; i < 10; i++) {
            recorder.searched(TENANT, SEARCHED);
        }

        assertThat(recorder.dropped()).isEqualTo(7);
    }

    @Test
    void whatIsNotWantedIsNotEvenCounted() {
        SearchRecorder recorder = recorder(false);

        recorder.searched(TENANT, SEARCHED);

        assertThat(recorder.dropped()).isZero();
    }

    @Test
    void whatCannotBeStoredIsCounted() {
        SearchRecorder recorder = recorder(true);
        recorder.searched(TENANT, SEARCHED);

        assertThat(recorder.storeAll().block(Duration.ofSeconds(30))).isNull();

        assertThat(recorder.dropped()).isEqualTo(1);
    }
}
