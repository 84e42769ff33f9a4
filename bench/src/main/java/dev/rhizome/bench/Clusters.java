package dev.rhizome.bench;

import java.util.Iterator;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Vectors around 500 centres, as those of texts on the same subjects are: each number of a centre is drawn from N(0,
 * 1), and a vector is a centre plus 0.7 times as much noise. The same seeds give the same vectors, so that they need
 * not be kept.
 */
final class Clusters {

    private static final int CENTRES = 500;
    private static final float NOISE = 0.7f;

    private final float[][] centres = new float[CENTRES][];

    /** Centres of {@code dimensions} numbers. */
    Clusters(int dimensions, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CENTRES; i++) {
            centres[i] = new float[dimensions];
            for (int j = 0; j < dimensions; j++) {
                centres[i][j] = (float) random.nextGaussian();
            }
        }
    }

    /** The first {@code count} vectors of {@code seed}, each made when it is asked for. */
    Iterator<float[]> vectors(long seed, int count) {
        Random random = new Random(seed);
        return IntStream.range(0, count).mapToObj(i -> next(random)).iterator();
    }

    private float[] next(Random random) {
        float[] vector = centres[random.nextInt(CENTRES)].clone();
        for (int i = 0; i < vector.length; i++) {
            vector[i] += NOISE * (float) random.nextGaussian();
        }
        return vector;
    }
}
