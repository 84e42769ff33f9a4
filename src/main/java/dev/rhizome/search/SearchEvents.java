package dev.rhizome.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.graph.Edge;
import dev.rhizome.graph.Traversal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a search answers with. */
final class SearchEvents {

    private SearchEvents() {}

    /** Place in the vector leg, from 1, and cosine distance, 0 to 2. */
    record VectorRank(int rank, double distance) {}

    /** Place in the text leg, from 1, and BM25 score. */
    record TextRank(int rank, double score) {}

    /** Where the legs have a hit. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record HitLegs(@Nullable VectorRank vector, @Nullable TextRank text) {}

    /** A direct hit. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Hit(
            int rank,
            String id,
            String type,
            String name,
            double score,
            float confidence,
            HitLegs legs,
            @JsonRawValue String metadata,
            @Nullable String explain) {

        static Hit of(int rank, RankFusion.Fused fused, @Nullable String explain) {
            Candidate thing = fused.thing();
            return new Hit(
                    rank,
                    thing.id(),
                    thing.type(),
                    thing.name(),
                    fused.score(),
                    thing.confidence(),
                    new HitLegs(fused.vector(), fused.text()),
                    thing.metadata(),
                    explain);
        }
    }

    /** A relationship on the way to a related thing, as it is stored. */
    record Step(String source, String type, String target) {

        static Step of(Edge edge) {
            return new Step(edge.source(), edge.type(), edge.target());
        }
    }

    /** A thing that the graph leads to from a hit; {@code via} is that hit's id. */
    record Related(String id, String type, String name, double score, int hops, List<Step> path, String via) {

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
    }

    /** How a leg went; fields that it has not are left out. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record LegReport(
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
            Map<String, LegReport> legs) {}

    /** A whole answer as one JSON document. */
    record Collected(List<Hit> hits, List<Related> related, Done done) {}
}
