package dev.rhizome.searchlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.search.SearchObserver.Searched;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Searches that wait to be written down, without a service. */
class SearchRecorderTest {

    private static final TenantId TENANT = new TenantId(new UUID(1, 2));
    private static final int THREADS = 4;
    private static final Searched SEARCHED =
            new Searched("words", "text", 10, 0, 1, 0, true, 1.5, null, 1.0, null, null);

    private static final Mono<Void> NO_DATABASE = Mono.error(new IllegalStateException("no database"));

    private static SearchRecorder recorder(boolean enabled, Mono<Void> stored) {
        SearchLogProperties properties = new SearchLogProperties(enabled, Duration.ofSeconds(1), 3, Duration.ofDays(1));
        return new SearchRecorder((tenant, sessions) -> stored, properties);
    }

    @Test
    void whatDoesNotFitIsCountedAndForgotten() {
        SearchRecorder recorder = recorder(true, Mono.empty());

        for (int i = 0; i < 10; i++) {
            recorder.searched(TENANT, SEARCHED);
        }

        assertThat(recorder.dropped()).isEqualTo(7);
    }

    @Test
    void whatIsNotWantedIsNotEvenCounted() {
        SearchRecorder recorder = recorder(false, Mono.empty());

        recorder.searched(TENANT, SEARCHED);

        assertThat(recorder.dropped()).isZero();
    }

    /** The threads that answer requests must not wait, not even for each other; the detection of blocking calls would tell. */
    @Test
    void nobodyWaits() {
        SearchRecorder recorder = recorder(true, Mono.empty());
        Flux<Integer> searching = Flux.range(0, 200_000)
                .parallel(THREADS)
                .runOn(Schedulers.parallel())
                .doOnNext(i -> recorder.searched(TENANT, SEARCHED))
                .sequential();
        Mono<Void> storing = recorder.storeAll().repeat(500).then();

        assertThat(Mono.when(searching, storing).block(Duration.ofSeconds(60))).isNull();

        assertThat(recorder.dropped()).isPositive();
    }

    @Test
    void whatCannotBeStoredIsCounted() {
        SearchRecorder recorder = recorder(true, NO_DATABASE);
        recorder.searched(TENANT, SEARCHED);

        assertThat(recorder.storeAll().block(Duration.ofSeconds(30))).isNull();

        assertThat(recorder.dropped()).isEqualTo(1);
    }
}
