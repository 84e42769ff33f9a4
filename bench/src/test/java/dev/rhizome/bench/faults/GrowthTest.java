package dev.rhizome.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When a process is said to grow. */
class GrowthTest {

    @Test
    void aSteadyProcessIsBounded() {
        Growth growth = Growth.of(samples(20, 0));

        assertThat(growth.memoryMbPerMinute()).isCloseTo(0, within(0.5));
        assertThat(growth.isBounded()).isTrue();
    }

    @Test
    void aProcessThatGainsThreeMegabytesAMinuteIsNot() {
        Growth growth = Growth.of(samples(20, 3));

        assertThat(growth.memoryMbPerMinute()).isCloseTo(3, within(0.5));
        assertThat(growth.isBounded()).isFalse();
    }

    @Test
    void aFewMinutesSayNothing() {
        assertThat(Growth.of(samples(5, 3)).isBounded()).isTrue();
        assertThat(Growth.of(List.of()).isBounded()).isTrue();
    }

    private static List<Growth.Sample> samples(int minutes, double mbPerMinute) {
        return IntStream.rangeClosed(0, minutes)
                .mapToObj(minute -> new Growth.Sample(minute, 300 + mbPerMinute * minute + minute % 2, 40, 60))
                .toList();
    }
}
