package dev.rhizome.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The shortest path between two entities, the most confident among the shortest. Searches level by level from both ends,
 * as a rule from the one with fewer entities ahead. An instance is one search.
 */
final class PathSearch {

    /*
     * A level is exact when no level up to it was cut. Its entities are then all that lie so many hops from the end, each
     * with the best product of confidences. Every path of n hops goes through an exact level of each end once the two
     * have n exact levels together, so what was found by then is the answer. Past a cut, a path that is found is a path,
     * but there may be a better one.
     */

    /**
     * Which path is asked for.
     *
     * @param from id of the start
     * @param to id of the end
     * @param filter of the relationships to follow, as seen from the start
     * @param maxHops longest path
     */
    record Question(String from, String to, EdgeFilter filter, int maxHops) {}

    /**
     * A path, or that there is none.
     *
     * @param found whether there is one within the bounds
     * @param hops its length, 0 where none was found
     * @param confidence product of its relationships' confidences
     * @param nodes from the start to the end
     * @param relationships between them, in order
     * @param complete false where a bound may have hidden a path, or a better one than this
     */
    record Path(
            boolean found, int hops, double confidence, List<Node> nodes, List<Step> relationships, boolean complete) {}

    /** A relationship on the path, as it is stored. */
    record Step(String source, String type, String target, float confidence, float strength) {}

    /** How an entity was reached first: in how many hops, by which product of confidences, and the edge that gave it. */
    private record Mark(
            int hops, double confidence, @Nullable Edge via) {}

    /** The best path so far, by an entity that both ends have reached. */
    private record Meeting(String at, int hops, double confidence) {

        boolean isBetterThan(@Nullable Meeting other) {
            return other == null || hops < other.hops || (hops == other.hops && confidence > other.confidence);
        }
    }

    /** One end's half of the search. */
    private static final class Side {
        private final Map<String, Mark> marks = new HashMap<>();
        private final EdgeFilter filter;
        private List<String> frontier;
        private int levels;
        private int exactLevels;

        Side(String end, EdgeFilter filter) {
            this.filter = filter;
            this.frontier = List.of(end);
            marks.put(end, new Mark(0, 1, null));
        }

        void grow(Map<String, Mark> level, boolean cut) {
            boolean exact = !cut && !isCut();
            marks.putAll(level);
            frontier = List.copyOf(level.keySet());
            levels++;
            exactLevels += exact ? 1 : 0;
        }

        boolean isCut() {
            return exactLevels < levels;
        }

        /** Whether all that can be reached from this end was. */
        boolean isExhausted() {
            return frontier.isEmpty() && !isCut();
        }
    }

    private final WalkSteps steps;
    private final GraphProperties properties;
    private final Question question;
    private final Side forward;
    private final Side backward;
    private final Map<String, Node> entities = new HashMap<>();
    private @Nullable Meeting best;

    PathSearch(GraphRepository graph, GraphProperties properties, Question question) {
        this.steps = new WalkSteps(graph, properties);
        this.properties = properties;
        this.question = question;
        this.forward = new Side(question.from(), question.filter());
        this.backward = new Side(question.to(), question.filter().reversed());
    }

    /** The path; an error of {@code NotFound} where one of the ends is unknown. */
    Mono<Path> path() {
        List<String> ends = List.of(question.from(), question.to());
        return steps.first(ends, forward.filter).flatMap(found -> {
            advance(forward, backward, found);
            return question.from().equals(question.to())
                    ? Mono.just(path(new Meeting(question.from(), 0, 1), true))
                    : search();
        });
    }

    private Mono<Path> search() {
        int hops = best == null ? question.maxHops() : best.hops();
        if (hops <= forward.exactLevels + backward.exactLevels || forward.isExhausted() || backward.isExhausted()) {
            return Mono.just(path(best, true));
        }
        Side side = next();
        if (side == null || isOver()) {
            return Mono.just(path(best, false));
        }
        Side other = side == forward ? backward : forward;
        return steps.next(side.frontier, side.filter).flatMap(found -> {
            advance(side, other, found);
            return search();
        });
    }

    private boolean isOver() {
        return steps.isSpent() || forward.marks.size() + backward.marks.size() > properties.maxNodes();
    }

    /**
     * The side to go on from. Past a cut, one that is still exact comes first, as it may yet make the answer certain: as
     * long as that costs no more than a hub does, or where no other way is left to find a path at all.
     */
    private @Nullable Side next() {
        boolean levelsLeft = forward.levels + backward.levels < question.maxHops();
        if (forward.isCut() != backward.isCut()) {
            Side exact = forward.isCut() ? backward : forward;
            Side cut = forward.isCut() ? forward : backward;
            boolean only = best == null && (cut.frontier.isEmpty() || !levelsLeft);
            if (only || exact.frontier.size() <= properties.maxEdgesPerNode()) {
                return exact;
            }
        }
        boolean isCut = forward.isCut() || backward.isCut();
        return isCut && (best != null || !levelsLeft) ? null : smaller();
    }

    /** The side with fewer entities ahead, null where neither has any. */
    private @Nullable Side smaller() {
        if (forward.frontier.isEmpty() || backward.frontier.isEmpty()) {
            Side left = forward.frontier.isEmpty() ? backward : forward;
            return left.frontier.isEmpty() ? null : left;
        }
        return forward.frontier.size() <= backward.frontier.size() ? forward : backward;
    }

    private void advance(Side side, Side other, Expansion found) {
        Map<String, Mark> level = new HashMap<>();
        for (Edge edge : found.edges()) {
            Mark from = side.marks.get(edge.from());
            if (from != null && !side.marks.containsKey(edge.to())) {
                Mark reached = new Mark(from.hops() + 1, from.confidence() * edge.confidence(), edge);
                level.merge(edge.to(), reached, (one, two) -> one.confidence() >= two.confidence() ? one : two);
            }
        }
        entities.putAll(found.entities());
        side.grow(level, found.cut());
        level.forEach((id, mark) -> meet(id, mark, other.marks.get(id)));
    }

    private void meet(String id, Mark one, @Nullable Mark other) {
        if (other != null && one.hops() + other.hops() <= question.maxHops()) {
            Meeting meeting = new Meeting(id, one.hops() + other.hops(), one.confidence() * other.confidence());
            best = meeting.isBetterThan(best) ? meeting : best;
        }
    }

    private Path path(@Nullable Meeting meeting, boolean complete) {
        if (meeting == null) {
            return new Path(false, 0, 0, List.of(), List.of(), complete);
        }
        List<Edge> edges = new ArrayList<>(chain(forward, meeting.at()).reversed());
        edges.addAll(chain(backward, meeting.at()));
        List<Node> nodes = new ArrayList<>(List.of(entity(question.from())));
        List<Step> walked = new ArrayList<>();
        for (Edge edge : edges) {
            String next = nodes.getLast().id().equals(edge.from()) ? edge.to() : edge.from();
            nodes.add(entity(next));
            walked.add(new Step(edge.source(), edge.type(), edge.target(), edge.confidence(), edge.strength()));
        }
        return new Path(true, meeting.hops(), meeting.confidence(), nodes, walked, complete);
    }

    private Node entity(String id) {
        return Objects.requireNonNull(entities.get(id), "an entity on the path");
    }

    private static List<Edge> chain(Side side, String from) {
        List<Edge> edges = new ArrayList<>();
        Mark mark = side.marks.get(from);
        while (mark != null && mark.via() != null) {
            edges.add(mark.via());
            mark = side.marks.get(mark.via().from());
        }
        return edges;
    }
}
