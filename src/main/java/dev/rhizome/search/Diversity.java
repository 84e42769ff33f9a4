package dev.rhizome.search;

/**
 * Why maximal marginal relevance chose a hit next.
 *
 * @param weight of the similarity, 0 to 1; the relevance has the rest
 * @param relevance score as a share of the best one
 * @param similarity cosine to the most similar hit above it, 0 for the first
 */
record Diversity(double weight, double relevance, double similarity) {

    /** The hit with the greatest value is chosen. */
    double value() {
        return gain(weight, relevance, similarity);
    }

    static double gain(double weight, double relevance, double similarity) {
        return (1 - weight) * relevance - weight * similarity;
    }
}
