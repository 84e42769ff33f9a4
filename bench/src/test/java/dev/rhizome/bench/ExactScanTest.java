package dev.rhizome.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExactScanTest {

    @Test
    void nearestIsByAngleAndNotByLength() {
        ExactScan scan = new ExactScan(List.of(new float[] {1, 0}, new float[] {0, 5}), 1);

        scan.next(new float[] {0.5f, 0.1f});
        scan.next(new float[] {100, 90});
        scan.next(new float[] {1, 3});

        assertThat(scan.nearest(0)).containsExactly(0);
        assertThat(scan.nearest(1)).containsExactly(2);
    }

    @Test
    void fewerRowsThanAskedForAreAllOfThem() {
        ExactScan scan = new ExactScan(List.of(new float[] {1, 0}), 10);

        scan.next(new float[] {-1, 0});
        scan.next(new float[] {1, 0});

        assertThat(scan.nearest(0)).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void itFindsWhatSortingFinds() {
        Clusters clusters = new Clusters(7, 3);
        List<float[]> rows = new ArrayList<>();
        clusters.vectors(1, 400).forEachRemaining(rows::add);
        float[] query = clusters.vectors(2, 1).next();
        ExactScan scan = new ExactScan(List.of(query), 10);

        rows.forEach(scan::next);

        List<Integer> sorted = IntStream.range(0, rows.size())
                .boxed()
                .sorted(Comparator.comparingDouble(row -> -cosine(query, rows.get(row))))
                .limit(10)
                .toList();
        assertThat(scan.nearest(0)).isEqualTo(new HashSet<>(sorted));
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        double lengthA = 0;
        double lengthB = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            lengthA += (double) a[i] * a[i];
            lengthB += (double) b[i] * b[i];
        }
        return dot / Math.sqrt(lengthA * lengthB);
    }
}
