package dev.rhizome.fairness;

import dev.rhizome.fairness.FairTurns.Turn;
import dev.rhizome.fairness.FairTurns.Who;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/** The turns of one in {@link FairTurns}, under whose lock it is used. */
final class Line {

    /** Weight of the newest turn in the mean of what a tenant's turns take. */
    private static final double NEWEST = 0.1;

    private final Who who;
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private final SequencedSet<Turn> begun = new LinkedHashSet<>();

    private int weight = 1;
    /** For how many nanoseconds it has had places, by its weight, or where others were when it came. */
    private double used;
    /** What a turn usually takes, nanoseconds. */
    private double usual;

    Line(Who who) {
        this.who = who;
    }

    Who who() {
        return who;
    }

    /** Turns that wait, in the order in which they came. */
    Deque<Turn> waiting() {
        return waiting;
    }

    /** Turns that have places, in the order in which they began. */
    SequencedSet<Turn> begun() {
        return begun;
    }

    boolean hasNoTurns() {
        return waiting.isEmpty() && begun.isEmpty();
    }

    int weight() {
        return weight;
    }

    /** Comes with {@code itsWeight}, and is charged as if it had been here {@code now}. */
    void arrive(int itsWeight, double now) {
        weight = itsWeight;
        used = Math.max(used, now);
    }

    double used() {
        return used;
    }

    boolean isBefore(Line other) {
        return who.ahead() == other.who.ahead() ? used < other.used : who.ahead();
    }

    /** Charges for a turn that begins. */
    double charge() {
        used += usual / weight;
        return usual;
    }

    /** Charges for a turn that {@code took} so many nanoseconds, of which {@code charged} were charged when it began. */
    void settle(long took, double charged) {
        used += (took - charged) / weight;
        usual += NEWEST * (took - usual);
    }

    /** How many turns began after {@code earliest}, counted up to {@code enough}. */
    int begunAfter(long earliest, int enough) {
        int many = 0;
        for (Turn turn : begun.reversed()) {
            if (many == enough || turn.began() <= earliest) {
                return many;
            }
            many++;
        }
        return many;
    }
}
