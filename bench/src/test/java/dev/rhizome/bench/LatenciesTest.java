package dev.rhizome.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    @Test
    void percentilesAreNearestRanksOfAllMeasurements() {
        long[] nanos = new long[200];
        Arrays.setAll(nanos, i -> (200 - i) * 1_000_000L); // 1 to 200 ms

        assertThat(Latencies.of(nanos, 4_000_000_000L)).isEqualTo(new Latencies(200, 100, 190, 198, 50));
    }

    @Test
    void oneMeasurementIsEveryPercentile() {
        assertThat(Latencies.of(new long[] {3_000_000}, 6_000_000)).isEqualTo(new Latencies(1, 3, 3, 3, 1e9 / 6e6));
    }
}
