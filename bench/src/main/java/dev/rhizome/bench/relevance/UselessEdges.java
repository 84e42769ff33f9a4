package dev.rhizome.bench.relevance;

import dev.rhizome.bench.relevance.JudgedCollection.Link;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** Edges that say nothing about documents, to see what a graph leg does on a graph that does not help. */
public final class UselessEdges {

    /** How the edges are made. */
    public enum Kind {
        /** Pairs of documents drawn at random. */
        RANDOM,
        /** Each joins a document drawn at random to one of a few. */
        HUBS,
        /** Real ones whose ends were exchanged, so that each document keeps as many as it has. */
        SHUFFLED;

        /** As it is written on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int HUBS = 5;
    private static final int EXCHANGES_PER_EDGE = 10;

    private final List<String> documents;
    private final Random random;

    /** Edges between {@code documents}; the same {@code seed} makes the same ones. */
    public UselessEdges(List<String> documents, long seed) {
        this.documents = documents;
        this.random = new Random(seed);
    }

    /**
     * Different edges, none from a document to itself.
     *
     * @param real the edges that there are, which {@link Kind#SHUFFLED} starts from
     * @throws IllegalArgumentException where so many are not possible
     */
    public Set<Link> make(Kind kind, Set<Link> real, int count) {
        long possible = possible(kind, real.size());
        if (count > possible) {
            throw new IllegalArgumentException("--noise-edges: " + count + " (expected: at most " + possible
                    + " of this kind among " + documents.size() + " documents)");
        }
        return switch (kind) {
            case RANDOM -> drawn(documents, count);
            case HUBS -> drawn(hubs(), count);
            case SHUFFLED -> shuffled(real, count);
        };
    }

    /** Half of what there could be at most, since drawing the last ones would take forever. */
    private long possible(Kind kind, int real) {
        long others = Math.max(0, documents.size() - 1);
        return switch (kind) {
            case RANDOM -> documents.size() * others / 4;
            case HUBS -> Math.min(HUBS, documents.size()) * others / 2;
            case SHUFFLED -> real;
        };
    }

    private List<String> hubs() {
        Set<String> hubs = new LinkedHashSet<>();
        while (hubs.size() < Math.min(HUBS, documents.size())) {
            hubs.add(any(documents));
        }
        return List.copyOf(hubs);
    }

    private Set<Link> drawn(List<String> starts, int count) {
        Set<Link> links = new LinkedHashSet<>();
        while (links.size() < count) {
            Link link = Link.of(any(starts), any(documents));
            if (!link.isLoop()) {
                links.add(link);
            }
        }
        return links;
    }

    /** Exchanges the ends of two edges, again and again (Maslov and Sneppen, Science 296, 2002). */
    private Set<Link> shuffled(Set<Link> real, int count) {
        List<Link> links = new ArrayList<>(real);
        Collections.shuffle(links, random);
        links = new ArrayList<>(links.subList(0, count));
        Set<Link> taken = new LinkedHashSet<>(links);
        for (int i = 0; i < count * EXCHANGES_PER_EDGE; i++) {
            exchange(links, taken);
        }
        return taken;
    }

    private void exchange(List<Link> links, Set<Link> taken) {
        int i = random.nextInt(links.size());
        int j = random.nextInt(links.size());
        boolean crossed = random.nextBoolean();
        Link one = links.get(i);
        Link other = links.get(j);
        Link first = Link.of(one.a(), crossed ? other.a() : other.b());
        Link second = Link.of(one.b(), crossed ? other.b() : other.a());
        boolean possible = !first.isLoop() && !second.isLoop() && !first.equals(second);
        if (possible && !taken.contains(first) && !taken.contains(second)) {
            taken.remove(one);
            taken.remove(other);
            taken.add(first);
            taken.add(second);
            links.set(i, first);
            links.set(j, second);
        }
    }

    private String any(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
