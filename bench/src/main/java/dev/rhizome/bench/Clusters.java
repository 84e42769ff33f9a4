package dev.rhizome.bench;

import java.util.Iterator;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Vectors around 2,000 centres, in far fewer directions than they have numbers, to be closer to embeddings of texts. A centre is
 * 48 numbers drawn from N(0, 1), 0.7 times as much noise is added, and a matrix drawn at random turns the sum into a vector. The same
 * seeds give the same vectors, so that they need not be kept.
 */
final class Clusters {

    private static final int CENTRES = 2_000;
    private static final int DIRECTIONS = 48;
    private static final float NOISE = 0.7f;

    private final float[][] centres;
    private final float[][] turned;

    /** Centres of vectors of {@code dimensions} numbers. */
    Clusters(int dimensions, long seed) {
        Random random = new Random(seed);
        int directions = Math.min(DIRECTIONS, dimensions);
        centres = drawn(random, CENTRES, directions);
        turned = drawn(random, dimensions, directions);
    }

    private static float[][] drawn(Random random, int rows, int columns) {
        float[][] numbers = new float[rows][columns];
        for (float[] row : numbers) {
            for (int i = 0; i < columns; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return numbers;
    }

    /** The first {@code count} vectors of {@code seed}, each made when it is asked for. */
    Iterator<float[]> vectors(long seed, int count) {
        Random random = new Random(seed);
        return IntStream.range(0, count).mapToObj(i -> next(random)).iterator();
    }

    private float[] next(Random random) {
        float[] place = centres[random.nextInt(CENTRES)].clone();
        for (int i = 0; i < place.length; i++) {
            place[i] += NOISE * (float) random.nextGaussian();
        }
        float[] vector = new float[turned.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = ExactScan.dot(turned[i], place);
        }
        return vector;
    }
}
