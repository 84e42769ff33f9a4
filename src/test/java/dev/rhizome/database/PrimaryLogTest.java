package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrimaryLogTest {

    private static final long NEVER = -1;

    private final PrimaryLog log = new PrimaryLog();

    @Test
    void whoHasReplayedWhatWasWrittenAtAMomentShowsThatMoment() {
        log.note(1, 10, 100);
        log.note(1, 20, 200);
        log.note(1, 30, 300);

        assertThat(log.shownBy(99, NEVER)).isEqualTo(NEVER);
        assertThat(log.shownBy(100, NEVER)).isEqualTo(10);
        assertThat(log.shownBy(299, NEVER)).isEqualTo(20);
        assertThat(log.shownBy(1_000, NEVER)).isEqualTo(30);
    }

    @Test
    void whereNothingIsWrittenWhoHasReplayedAllIsNotGettingOlder() {
        log.note(1, 10, 100);
        log.note(1, 20, 100);
        log.note(1, 30, 100);

        assertThat(log.shownBy(100, NEVER)).isEqualTo(30);
        assertThat(log.shownBy(99, NEVER)).isEqualTo(NEVER);
    }

    @Test
    void aNewTimelineBeginsAnewAndAnOldOneCountsNoMore() {
        log.note(1, 10, 500);
        log.note(2, 20, 400);
        log.note(1, 30, 600);

        assertThat(log.shownBy(399, NEVER)).isEqualTo(NEVER);
        assertThat(log.shownBy(400, NEVER)).isEqualTo(20);
        assertThat(log.shownBy(600, NEVER)).isEqualTo(20);
    }

    @Test
    void onlySoManyMomentsAreKept() {
        for (int moment = 1; moment <= 5_000; moment++) {
            log.note(1, moment, moment);
        }

        assertThat(log.shownBy(5_000, NEVER)).isEqualTo(5_000);
        assertThat(log.shownBy(5_000 - 4_096, NEVER)).isEqualTo(NEVER);
        assertThat(log.shownBy(5_001 - 4_096, NEVER)).isEqualTo(5_001 - 4_096);
    }
}
