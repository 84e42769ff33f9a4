package dev.rhizome.search;

/** What one retriever adds to the score of a document. */
sealed interface ScorePart {

    /** Which one. */
    Retriever retriever();

    /** What it adds. */
    double value();

    /**
     * By reciprocal rank fusion, scaled to the weight for the first place.
     *
     * @param weight of the retriever
     * @param rank place that it gives the document, from 1
     */
    record ByRank(Retriever retriever, double weight, int rank) implements ScorePart {

        /** k of reciprocal rank fusion, as in its paper. */
        static final int K = 60;

        @Override
        public double value() {
            return weight * (K + 1) / (K + rank);
        }
    }

    /**
     * By similarity, as a share of what similarities lie between.
     *
     * @param weight of the retriever
     * @param similarity cosine or BM25 score
     * @param range what the similarities lie between
     */
    record ByScore(Retriever retriever, double weight, double similarity, ScoreScale.Range range) implements ScorePart {

        @Override
        public double value() {
            return weight * range.share(similarity);
        }
    }

    /**
     * For a document that the retriever does not list.
     *
     * @param weight of the retriever
     * @param unlisted share that the document gets all the same
     */
    record Unlisted(Retriever retriever, double weight, double unlisted) implements ScorePart {

        @Override
        public double value() {
            return weight * unlisted;
        }
    }

    /** By relationships to the best direct hits. */
    record ByGraph(GraphSupport support) implements ScorePart {

        @Override
        public Retriever retriever() {
            return Retriever.GRAPH;
        }

        @Override
        public double value() {
            return support.value();
        }
    }
}
