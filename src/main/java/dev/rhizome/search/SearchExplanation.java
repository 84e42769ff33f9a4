package dev.rhizome.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of a hit's score as the API writes it: the sum of the parts' values, times the factors' values. Each formula
 * is in the names of the fields beside it.
 *
 * @param parts one a retriever
 * @param factors of reranking, empty where none was asked for
 * @param diversity what put the hit in its place, null where diversity was not asked for
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record SearchExplanation(
        List<Part> parts, List<Factor> factors, @Nullable DiversityValue diversity) {

    static SearchExplanation of(SearchResult.Hit hit) {
        Diversity diversity = hit.diversity();
        return new SearchExplanation(
                hit.hit().parts().stream().map(Part::of).toList(),
                hit.hit().factors().stream().map(Factor::of).toList(),
                diversity == null ? null : DiversityValue.of(diversity));
    }

    /** What one retriever gives. */
    record Part(
            String leg,
            String formula,
            double value,
            @JsonUnwrapped Object inputs) {

        static Part of(ScorePart part) {
            return switch (part) {
                case ScorePart.ByRank byRank -> of(part, "weight * (k + 1) / (k + rank)", RankInputs.of(byRank));
                case ScorePart.ByScore byScore ->
                    of(part, "weight * (similarity - floor) / (best - floor)", ScoreInputs.of(byScore));
                case ScorePart.Unlisted unlisted ->
                    of(part, "weight * unlisted", new UnlistedInputs(unlisted.weight(), unlisted.unlisted()));
                case ScorePart.ByGraph byGraph ->
                    of(
                            part,
                            "weight * sum over from of score * strength / sqrt(neighbours)",
                            GraphInputs.of(byGraph.support()));
            };
        }

        private static Part of(ScorePart part, String formula, Object inputs) {
            return new Part(part.retriever().label(), formula, part.value(), inputs);
        }
    }

    /** Inputs of a part by rank: the retriever's weight, the constant, and the place from 1. */
    record RankInputs(double weight, int k, int rank) {

        static RankInputs of(ScorePart.ByRank part) {
            return new RankInputs(part.weight(), ScorePart.ByRank.K, part.rank());
        }
    }

    /** Inputs of a part by score: the retriever's weight, the cosine or BM25 score, and what it lies between. */
    record ScoreInputs(double weight, double similarity, double floor, double best) {

        static ScoreInputs of(ScorePart.ByScore part) {
            return new ScoreInputs(
                    part.weight(),
                    part.similarity(),
                    part.range().floor(),
                    part.range().best());
        }
    }

    /** Inputs of a part of what the retriever does not list: its weight, and the share that the document gets all the same. */
    record UnlistedInputs(double weight, double unlisted) {}

    /** Inputs of the graph's part: its weight for this query, and the hits that the document is related to. */
    record GraphInputs(double weight, List<RelatedHit> from) {

        static GraphInputs of(GraphSupport support) {
            return new GraphInputs(
                    support.weight(),
                    support.from().stream().map(RelatedHit::of).toList());
        }
    }

    /** One of the best hits, and how the document is related to it. */
    record RelatedHit(String id, double score, double strength, int neighbours) {

        static RelatedHit of(GraphSupport.From from) {
            return new RelatedHit(from.id(), from.score(), from.strength(), from.neighbours());
        }
    }

    /** What reranking multiplies a score with. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Factor(
            String name,
            String formula,
            double value,
            double weight,
            @Nullable Double confidence,
            @Nullable Double ageDays,
            @Nullable Double halfLifeDays) {

        static Factor of(ScoreFactor factor) {
            return switch (factor) {
                case ScoreFactor.Recency recency ->
                    new Factor(
                            "recency",
                            "1 - weight + weight * 2^(-ageDays / halfLifeDays)",
                            recency.value(),
                            recency.weight(),
                            null,
                            recency.ageDays(),
                            recency.halfLifeDays());
                case ScoreFactor.Confidence confidence ->
                    new Factor(
                            "confidence",
                            "1 - weight + weight * confidence",
                            confidence.value(),
                            confidence.weight(),
                            confidence.confidence(),
                            null,
                            null);
            };
        }
    }

    /** Why maximal marginal relevance chose a hit next; see {@link Diversity}. */
    record DiversityValue(String formula, double value, double diversity, double relevance, double similarity) {

        static DiversityValue of(Diversity diversity) {
            return new DiversityValue(
                    "(1 - diversity) * relevance - diversity * similarity",
                    diversity.value(),
                    diversity.weight(),
                    diversity.relevance(),
                    diversity.similarity());
        }
    }
}
