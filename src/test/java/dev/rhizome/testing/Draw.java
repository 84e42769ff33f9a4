package dev.rhizome.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Values drawn at random from a seed: the same seed and the same calls draw the same values. */
public final class Draw {

    /** Neighbouring seeds give unrelated numbers, which {@code java.util.Random} does not promise. */
    private final SplittableRandom random;

    /** Draws from {@code seed}. */
    public Draw(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A number from {@code least} to {@code most}, both included. */
    public int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    /** True as often as false. */
    public boolean coin() {
        return random.nextBoolean();
    }

    /** One of {@code values}; one that is there twice comes twice as often. */
    @SafeVarargs
    public final <T> T of(T... values) {
        return values[random.nextInt(values.length)];
    }

    /** One of {@code values}. */
    public <T> T of(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** From {@code least} to {@code most} of {@code values}, in any order; one value may come again. */
    public <T> List<T> some(int least, int most, List<T> values) {
        int count = between(least, most);
        List<T> drawn = new ArrayList<>(count);
        while (drawn.size() < count) {
            drawn.add(of(values));
        }
        return List.copyOf(drawn);
    }
}
