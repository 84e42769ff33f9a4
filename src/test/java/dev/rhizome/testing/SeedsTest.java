package dev.rhizome.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Seeded cases can be had again, one by one. */
class SeedsTest {

    private static final List<Long> SEEN = new ArrayList<>();

    @Seeds(cases = 5, first = 40)
    void eachCaseHasTheNextSeed(long seed) {
        SEEN.add(seed);

        assertThat(seed).isBetween(40L, 44L);
    }

    @AfterAll
    static void noCaseIsLeftOut() {
        if (System.getProperty("seed") == null) {
            assertThat(SEEN).containsExactly(40L, 41L, 42L, 43L, 44L);
        }
    }

    @Test
    void aSeedDrawsTheSameAgain() {
        assertThat(numbers(7)).isEqualTo(numbers(7)).isNotEqualTo(numbers(8));
    }

    @Test
    void numbersReachBothEnds() {
        assertThat(numbers(1)).contains(0, 9).allMatch(number -> number >= 0 && number <= 9);
    }

    private static List<Integer> numbers(long seed) {
        Draw draw = new Draw(seed);
        return IntStream.range(0, 200).mapToObj(i -> draw.between(0, 9)).toList();
    }
}
