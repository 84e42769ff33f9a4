package dev.rhizome.bench;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The true nearest neighbours by cosine distance, found by comparing every row with every query. */
final class ExactScan {

    /** The rows nearest to one query so far, farthest last. */
    private static final class Nearest {
        private final int[] rows;
        private final float[] similarities;
        private int size;

        Nearest(int k) {
            rows = new int[k];
            similarities = new float[k];
        }

        void offer(int row, float similarity) {
            if (size == rows.length && similarity <= similarities[size - 1]) {
                return;
            }
            int place = size < rows.length ? size++ : size - 1;
            while (place > 0 && similarities[place - 1] < similarity) {
                rows[place] = rows[place - 1];
                similarities[place] = similarities[place - 1];
                place--;
            }
            rows[place] = row;
            similarities[place] = similarity;
        }
    }

    private final List<float[]> queries;
    private final Nearest[] nearest;
    private int rows;

    /** Looks for the {@code k} rows nearest to each of {@code queries}. */
    ExactScan(List<float[]> queries, int k) {
        this.queries = queries;
        this.nearest = new Nearest[queries.size()];
        Arrays.setAll(nearest, i -> new Nearest(k));
    }

    /** Compares the next row. A query's own length changes all its similarities alike, so it is left out. */
    void next(float[] row) {
        float length = (float) Math.sqrt(dot(row, row));
        for (int i = 0; i < nearest.length; i++) {
            nearest[i].offer(rows, dot(queries.get(i), row) / length);
        }
        rows++;
    }

    /** The rows nearest to a query, counted from 0 in the order in which they came. */
    Set<Integer> nearest(int query) {
        Set<Integer> found = new HashSet<>();
        for (int i = 0; i < nearest[query].size; i++) {
            found.add(nearest[query].rows[i]);
        }
        return found;
    }

    /** Four sums at a time, since one alone would have each addition wait for the one before. */
    static float dot(float[] a, float[] b) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = 0;
        for (; i + 3 < a.length; i += 4) {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        for (; i < a.length; i++) {
            s0 += a[i] * b[i];
        }
        return s0 + s1 + s2 + s3;
    }
}
