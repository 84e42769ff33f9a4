package dev.rhizome.search;

import dev.rhizome.search.SearchEvents.Factor;
import dev.rhizome.search.SearchEvents.HitRanks;
import dev.rhizome.search.SearchEvents.Part;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A document, its score, and what the score is made of.
 *
 * @param document what was found
 * @param legs where they have it
 * @param parts of the legs, whose values add up
 * @param factors of reranking, which multiply the sum
 * @param score of it all
 */
record Scored(Candidate document, HitRanks legs, List<Part> parts, List<Factor> factors, double score) {

    static final Comparator<Scored> BEST_FIRST = Comparator.comparingDouble(Scored::score)
            .reversed()
            .thenComparing(scored -> scored.document().id());

    static Scored of(Candidate document, HitRanks legs, List<Part> parts, List<Factor> factors) {
        double score = 0;
        for (Part part : parts) {
            score += part.value();
        }
        for (Factor factor : factors) {
            score *= factor.value();
        }
        return new Scored(document, legs, parts, factors, score);
    }

    String id() {
        return document.id();
    }

    Scored with(GraphSupport support) {
        List<Part> more = new ArrayList<>(parts);
        more.add(Part.ofGraph(support));
        return of(document, legs.with(support), more, factors);
    }

    Scored with(Factor factor) {
        List<Factor> more = new ArrayList<>(factors);
        more.add(factor);
        return of(document, legs, parts, more);
    }
}
