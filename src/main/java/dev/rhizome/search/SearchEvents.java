package dev.rhizome.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.rhizome.graph.Edge;
import dev.rhizome.graph.Traversal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a search answers with. */
final class SearchEvents {

    private SearchEvents() {}

    /** One element of an answer. */
    sealed interface Event {

        /** Its name in a stream. */
        String label();

        /** What the same event has in the same answer made again, when figures that depend on the time have changed. */
        String identity();
    }

    /** Place in the vector leg, from 1, and cosine distance, 0 to 2. */
    record VectorRank(int rank, double distance) {}

    /** Place in the text leg, from 1, and BM25 score. */
    record TextRank(int rank, double score) {}

    /** What the graph adds to the score, and the hits that it comes from. */
    record GraphRank(double score, List<String> via) {}

    /** Where the legs have a hit. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record HitRanks(
            @Nullable VectorRank vector,
            @Nullable TextRank text,
            @Nullable GraphRank graph) {

        /** None of them. */
        static final HitRanks NONE = new HitRanks(null, null, null);

        HitRanks with(GraphSupport support) {
            List<String> via =
                    support.from().stream().map(GraphSupport.From::id).toList();
            return new HitRanks(vector, text, new GraphRank(support.value(), via));
        }
    }

    /** Something one leg found, told before the legs are fused. */
    record Found(String leg, int rank, String id, String type, String name, double measure) implements Event {

        @Override
        public String label() {
            return "found";
        }

        @Override
        public String identity() {
            return String.join("\0", leg, id, type, name);
        }
    }

    /** A hit, in the order of the answer. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Hit(
            int rank,
            String id,
            String type,
            String name,
            double score,
            float confidence,
            HitRanks legs,
            @JsonRawValue String metadata,
            @Nullable Explanation explain)
            implements Event {

        static Hit of(int rank, Scored scored, @Nullable Explanation explain) {
            Candidate document = scored.document();
            return new Hit(
                    rank,
                    document.id(),
                    document.type(),
                    document.name(),
                    scored.score(),
                    document.confidence(),
                    scored.legs(),
                    document.metadata(),
                    explain);
        }

        @Override
        public String label() {
            return "hit";
        }

        @Override
        public String identity() {
            return String.join("\0", id, type, name, Float.toString(confidence), metadata);
        }
    }

    /**
     * The arithmetic of a score: the sum of the parts' values, times the factors' values.
     *
     * @param parts one a leg
     * @param factors of reranking, empty where none was asked for
     * @param diversity what put the hit in its place, null where diversity was not asked for
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Explanation(
            List<Part> parts,
            List<Factor> factors,
            @Nullable Diversity diversity) {}

    /**
     * What one leg gives.
     *
     * @param leg its name
     * @param formula in the names of the inputs, which stand beside it
     * @param value of the formula
     * @param inputs of the formula
     */
    record Part(
            String leg,
            String formula,
            double value,
            @JsonUnwrapped Object inputs) {

        /** Inputs of a part by rank: the leg's weight, the constant, and the place from 1. */
        record Rank(double weight, int k, int rank) {}

        /** Inputs of a part by score: the leg's weight, the cosine or BM25 score, and what it lies between. */
        record Score(double weight, double similarity, double floor, double best) {}

        /** Inputs of a part of what the leg does not list: the leg's weight, and the share that it gets all the same. */
        record Unlisted(double weight, double unlisted) {}

        static Part ofGraph(GraphSupport inputs) {
            String formula = "weight * sum over from of score * strength / sqrt(neighbours)";
            return new Part(Retriever.GRAPH.label(), formula, inputs.value(), inputs);
        }
    }

    /**
     * What reranking multiplies a score with.
     *
     * @param name of the factor
     * @param formula in the names of the other fields
     * @param value of the formula
     * @param weight how much of the score depends on it, 0 to 1
     * @param confidence of the document
     * @param ageDays since the document was written last
     * @param halfLifeDays age at which half has faded
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Factor(
            String name,
            String formula,
            double value,
            double weight,
            @Nullable Double confidence,
            @Nullable Double ageDays,
            @Nullable Double halfLifeDays) {}

    /**
     * Why maximal marginal relevance chose a hit next.
     *
     * @param formula in the names of the other fields
     * @param value greatest of those not chosen yet
     * @param diversity as asked for
     * @param relevance score as a share of the best one
     * @param similarity cosine to the most similar hit above it, 0 for the first
     */
    record Diversity(String formula, double value, double diversity, double relevance, double similarity) {}

    /** A relationship on the way to a related document, as it is stored. */
    record Step(String source, String type, String target) {

        static Step of(Edge edge) {
            return new Step(edge.source(), edge.type(), edge.target());
        }
    }

    /** A document that the graph leads to from a hit; {@code via} is that hit's id. */
    record Related(String id, String type, String name, double score, int hops, List<Step> path, String via)
            implements Event {

        static Related of(Traversal.Reached reached, List<Edge> path) {
            return new Related(
                    reached.id(),
                    reached.type(),
                    reached.name(),
                    reached.score(),
                    reached.hops(),
                    path.stream().map(Step::of).toList(),
                    path.getFirst().from());
        }

        @Override
        public String label() {
            return "related";
        }

        @Override
        public String identity() {
            return String.join("\0", id, type, name, path.toString());
        }
    }

    /** How a leg went; fields that it has not are left out. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RetrieverReport(
            double tookMs, @Nullable String plan, @Nullable Long scanned) {}

    /** The end of an answer. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Done(
            int hits,
            int related,
            boolean complete,
            @Nullable String reason,
            boolean truncated,
            double tookMs,
            Map<String, RetrieverReport> legs)
            implements Event {

        @Override
        public String label() {
            return "done";
        }

        @Override
        public String identity() {
            return "";
        }
    }

    /** A whole answer as one JSON document. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Collected(@Nullable List<Found> found, List<Hit> hits, List<Related> related, Done done) {}
}
