package dev.rhizome.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rhizome.bench.attack.Distinguisher.Told;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Times of which it is known what they tell. */
class DistinguisherTest {

    private static final int COUNT = 5_000;

    @Test
    void timesOfOneKindTellNothing() {
        Told told = Distinguisher.of(times(1, 0), times(2, 0), 1);

        assertThat(told.auc()).isCloseTo(0.5, within(0.02));
        assertThat(told.isMoreThanChance()).isFalse();
        assertThat(told.lowMs()).isNegative();
        assertThat(told.highMs()).isPositive();
        assertThat(told.bits()).isLessThan(0.003);
    }

    @Test
    void timesThatAreLaterBySomethingTellHowMuch() {
        Told told = Distinguisher.of(times(1, 0), times(2, 50_000), 1);

        assertThat(told.differenceMs()).isCloseTo(0.05, within(0.01));
        assertThat(told.lowMs()).isPositive();
        assertThat(told.auc()).isCloseTo(0.638, within(0.02)); // normal, half a deviation apart, by its definition
        assertThat(told.isMoreThanChance()).isTrue();
    }

    @Test
    void timesThatDoNotOverlapTellAll() {
        Told told = Distinguisher.of(times(1, 0), times(2, 10_000_000), 1);

        assertThat(told.auc()).isEqualTo(1);
        assertThat(told.advantage()).isEqualTo(1);
        assertThat(told.bits()).isCloseTo(1, within(0.01));
    }

    /** A millisecond with a deviation of a tenth, and {@code later} nanoseconds. */
    private static long[] times(long seed, long later) {
        Random random = new Random(seed);
        return random.ints(COUNT, 0, 1)
                .mapToLong(zero -> 1_000_000 + later + (long) (100_000 * random.nextGaussian()))
                .toArray();
    }
}
