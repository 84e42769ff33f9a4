package dev.rhizome.search;

import java.util.List;

/**
 * What a document's relationships to the best direct hits add to its score.
 *
 * @param weight of the graph leg times the gate of this query
 * @param from the hits that it is related to
 */
record GraphSupport(double weight, List<From> from) {

    /**
     * One of the best hits.
     *
     * @param id of the hit
     * @param score of the hit without the graph, as a share of the best hit's
     * @param strength weight of the heaviest relationship between both, 0 to 1
     * @param neighbours that the hit has in all
     */
    record From(String id, double score, double strength, int neighbours) {

        /** A hit shares its score among its neighbours, by the square root of how many they are. */
        double value() {
            return score * strength / Math.sqrt(neighbours);
        }
    }

    double value() {
        double sum = 0;
        for (From hit : from) {
            sum += hit.value();
        }
        return weight * sum;
    }
}
