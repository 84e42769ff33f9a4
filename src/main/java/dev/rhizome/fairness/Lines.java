package dev.rhizome.fairness;

import dev.rhizome.fairness.FairTurns.Who;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Who is there in {@link FairTurns}, under whose lock it is used: who has turns, and who had some a moment ago. */
final class Lines {

    /** Keeps a whole number whole in spite of how doubles are divided. */
    private static final double ROUNDING = 1e-9;

    private final Line service = new Line(Who.SERVICE);
    private final Map<Who, Line> all = new HashMap<>();
    /** Lines without turns and when they had the last one, those that have had none for the longest time in front. */
    private final Map<Line, Long> idle = new LinkedHashMap<>();
    /** How many lines with turns have each weight. */
    private final TreeMap<Integer, Integer> weights = new TreeMap<>();

    private int weightOfAll;

    /** The line of {@code who}, which counts as idle until it arrives. */
    Line of(Who who, long now) {
        if (who.tenant() == null) {
            return service;
        }
        return all.computeIfAbsent(who, missing -> {
            Line line = new Line(missing);
            idle.put(line, now);
            return line;
        });
    }

    boolean isService(Line line) {
        return line == service;
    }

    int size() {
        return all.size();
    }

    /** {@code line} has its first turn. */
    void arrive(Line line) {
        if (line != service) {
            idle.remove(line);
            weightOfAll += line.weight();
            weights.merge(line.weight(), 1, Integer::sum);
        }
    }

    /** {@code line} has no more turns. */
    void depart(Line line, long now) {
        if (line != service) {
            idle.put(line, now);
            weightOfAll -= line.weight();
            weights.computeIfPresent(line.weight(), (weight, many) -> many == 1 ? null : many - 1);
        }
    }

    /** Forgets who has had no turns since {@code oldest}. */
    void forgetBefore(long oldest) {
        while (!idle.isEmpty()) {
            Map.Entry<Line, Long> first = idle.entrySet().iterator().next();
            if (first.getValue() > oldest) {
                return;
            }
            Line line = first.getKey();
            idle.remove(line);
            all.remove(line.who());
        }
    }

    /** Whether nobody but one is there, or was a moment ago. */
    boolean areOne() {
        return idle.isEmpty() && all.size() == 1;
    }

    /** How many of {@code contended} places a line that has turns may use, at least one. */
    int part(Line line, int contended) {
        int least = weights.firstKey();
        // All that were here a moment ago count as one, for few of them come back at the same time.
        double together = weightOfAll + (idle.isEmpty() ? 0 : least);
        // So many that one of the least weight has one place.
        double shared = Math.max(contended, together / least);
        return Math.max(1, (int) (shared * line.weight() / together + ROUNDING));
    }
}
