package dev.rhizome.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Documents, each with the chunks of it that were found. What is no chunk is a document by itself.
 *
 * @param best one of each document, the best it has, best first
 * @param found ids of all that were found of each document, best first, by the key of the document
 */
record Passages(List<ScoredDocument> best, Map<String, List<String>> found) {

    /** By document, of {@code scored}, which comes best first. */
    static Passages of(List<ScoredDocument> scored) {
        List<ScoredDocument> best = new ArrayList<>();
        Map<String, List<String>> found = new LinkedHashMap<>();
        for (ScoredDocument one : scored) {
            List<String> before = found.computeIfAbsent(one.document().documentKey(), owner -> new ArrayList<>());
            if (before.isEmpty()) {
                best.add(one);
            }
            before.add(one.id());
        }
        return new Passages(best, found);
    }

    /** How many documents {@code candidates} are of. */
    static long count(List<Candidate> candidates) {
        return candidates.stream().map(Candidate::documentKey).distinct().count();
    }

    /** {@code hits} with the passages of theirs. */
    List<SearchResult.Hit> of(List<SearchResult.Hit> hits, int most) {
        return hits.stream()
                .map(hit -> hit.with(found.getOrDefault(hit.hit().document().documentKey(), List.of()).stream()
                        .limit(most)
                        .toList()))
                .toList();
    }
}
