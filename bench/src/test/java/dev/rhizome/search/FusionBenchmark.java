package dev.rhizome.search;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Making one list of what two legs found, a hundred each and half of them the same. */
@State(Scope.Benchmark)
public class FusionBenchmark {

    private static final int LISTED = 100;

    private final List<Candidate> byVector = candidates(0, 0.001);
    private final List<Candidate> byText = candidates(LISTED / 2, 0.1);
    private final RetrieverResult vector =
            new RetrieverResult(Retriever.VECTOR, byVector, LISTED, 0, VectorPlan.exact(LISTED), null);
    private final RetrieverResult text = RetrieverResult.ofText(byText, LISTED, System.nanoTime());

    private static List<Candidate> candidates(int from, double step) {
        return IntStream.range(from, from + LISTED)
                .mapToObj(
                        i -> new Candidate("thing-" + i, "THING", "thing " + i, 1, "{}", Instant.EPOCH, step * i, null))
                .toList();
    }

    /** As searches do, with what explains each score. */
    @Benchmark
    public List<ScoredDocument> fusion() {
        return new ResultFusion(vector.scale(Fusion.SCORE, 0.5), text.scale(Fusion.SCORE, 0.5)).fuse(byVector, byText);
    }

    /** The least that any fusion does: sums by id, put in order. */
    @Benchmark
    public List<String> baseline() {
        Map<String, Double> sums = HashMap.newHashMap(2 * LISTED);
        byVector.forEach(each -> sums.merge(each.id(), 1 - each.measure(), Double::sum));
        byText.forEach(each -> sums.merge(each.id(), each.measure(), Double::sum));
        List<String> best = new ArrayList<>(sums.keySet());
        best.sort(Comparator.comparingDouble(sums::get).reversed());
        return best;
    }
}
