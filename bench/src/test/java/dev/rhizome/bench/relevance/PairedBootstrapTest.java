package dev.rhizome.bench.relevance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rhizome.bench.relevance.PairedBootstrap.Difference;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Distributions that are small enough to be written down. */
class PairedBootstrapTest {

    private static final int RESAMPLES = 10_000;
    private static final double LUCK = 0.02; // four standard deviations of a share of 10,000

    private final PairedBootstrap bootstrap = new PairedBootstrap(RESAMPLES, 42);

    @Test
    void theSameGainOnEveryQueryIsCertain() {
        Difference difference = bootstrap.compare(new double[] {0.5, 0.75, 1}, new double[] {0.25, 0.5, 0.75});

        assertThat(difference).isEqualTo(new Difference(0.25, 0.25, 0.25, 1.0 / (RESAMPLES + 1), 3, 0));
    }

    @Test
    void noDifferenceIsNoEvidence() {
        double[] scores = {0.1, 0.9, 0.4};

        assertThat(bootstrap.compare(scores, scores)).isEqualTo(new Difference(0, 0, 0, 1, 0, 0));
    }

    @Test
    void twoQueriesHaveThreeMeans() {
        // 0.5 a quarter of the time, 0.125 half of it, -0.25 a quarter; the outer two are 0.375 from the mean of 0.125.
        Difference difference = bootstrap.compare(new double[] {0.5, 0}, new double[] {0, 0.25});

        assertThat(difference.mean()).isEqualTo(0.125);
        assertThat(difference.low()).isEqualTo(-0.25);
        assertThat(difference.high()).isEqualTo(0.5);
        assertThat(difference.p()).isCloseTo(0.5, within(LUCK));
        assertThat(difference.better()).isEqualTo(1);
        assertThat(difference.worse()).isEqualTo(1);
    }

    @Test
    void manyQueriesHaveTheIntervalOfTheNormalDistribution() {
        double[] first = new double[400];
        Arrays.setAll(first, i -> i % 2); // mean 0.5, standard error 0.5 / 20

        Difference difference = bootstrap.compare(first, new double[400]);

        assertThat(difference.low()).isCloseTo(0.5 - 1.96 * 0.025, within(0.005));
        assertThat(difference.high()).isCloseTo(0.5 + 1.96 * 0.025, within(0.005));
    }

    @Test
    void exchangingTheSystemsTurnsTheDifferenceRound() {
        double[] first = {0.5, 0.25, 0.75};
        double[] second = {0.25, 0.5, 0.125};

        Difference there = bootstrap.compare(first, second);
        Difference back = bootstrap.compare(second, first);

        assertThat(back.mean()).isEqualTo(-there.mean());
        assertThat(back.p()).isEqualTo(there.p());
        assertThat(back.better()).isEqualTo(there.worse());
    }
}
