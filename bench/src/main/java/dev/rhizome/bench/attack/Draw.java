package dev.rhizome.bench.attack;

import java.util.List;
import java.util.SplittableRandom;

/** Values drawn at random from a seed: the same seed and the same calls draw the same values. */
final class Draw {

    private final SplittableRandom random;

    Draw(long seed) {
        random = new SplittableRandom(seed);
    }

    /** True in {@code percent} of 100 cases. */
    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** A number from {@code least} to {@code most}, both included. */
    int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    /** A seed for draws of their own. */
    long seed() {
        return random.nextLong();
    }

    <T> T of(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
