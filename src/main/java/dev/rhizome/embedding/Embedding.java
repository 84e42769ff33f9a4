package dev.rhizome.embedding;

import dev.rhizome.problem.InvalidRequest;
import java.util.Arrays;

/** A vector that cosine distance is defined for: finite floats, not all zero. */
public final class Embedding {

    private final float[] values;

    private Embedding(float[] values) {
        this.values = values;
    }

    /**
     * Checks and copies {@code values}.
     *
     * @param field name of the input, for the error
     * @param dimensions the length it must have
     * @throws InvalidRequest on a wrong length, a NaN, an infinity, or nothing but zeros
     */
    public static Embedding of(String field, float[] values, int dimensions) {
        if (values.length != dimensions) {
            throw InvalidRequest.of(field, values.length + " numbers", dimensions + " numbers");
        }
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw InvalidRequest.of(field + "[" + i + "]", values[i], "a finite 32-bit float");
            }
            squares += (double) values[i] * values[i];
        }
        // pgvector squares in 32 bits: a norm that vanishes there has no direction either.
        if (!(squares >= Float.MIN_NORMAL && squares <= Float.MAX_VALUE)) {
            throw InvalidRequest.of(field, "a vector of length " + Math.sqrt(squares), "a vector that is not zero");
        }
        return new Embedding(values.clone());
    }

    /** A copy of the numbers. */
    public float[] values() {
        return values.clone();
    }

    /** How many numbers. */
    public int dimensions() {
        return values.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Embedding that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Embedding[" + values.length + " floats]";
    }
}
