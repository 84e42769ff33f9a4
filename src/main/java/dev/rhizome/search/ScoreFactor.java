package dev.rhizome.search;

/** What reranking multiplies a score with. */
sealed interface ScoreFactor {

    /** 0 to 1. */
    double value();

    /**
     * A document fades with its age.
     *
     * @param weight share of the score that fades, 0 to 1
     * @param ageDays days since the document was written last
     * @param halfLifeDays age at which half of the share has faded
     */
    record Recency(double weight, double ageDays, double halfLifeDays) implements ScoreFactor {

        @Override
        public double value() {
            return 1 - weight + weight * Math.pow(2, -ageDays / halfLifeDays);
        }
    }

    /**
     * A document counts by its confidence.
     *
     * @param weight share of the score that depends on the confidence, 0 to 1
     * @param confidence of the document
     */
    record Confidence(double weight, double confidence) implements ScoreFactor {

        @Override
        public double value() {
            return 1 - weight + weight * confidence;
        }
    }
}
