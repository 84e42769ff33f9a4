package dev.rhizome.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.graph.Edge;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer to a search as the API writes it. */
final class SearchEvents {

    private SearchEvents() {}

    /** One element of an answer. */
    sealed interface Event {

        /** Its name in a stream. */
        String label();

        /** What the same event has in the same answer made again, when figures that depend on the time have changed. */
        String identity();
    }

    /** {@code result} as the API writes it; {@code explains} adds the arithmetic of the score to a hit. */
    static Event of(SearchResult result, boolean explains) {
        return switch (result) {
            case SearchResult.Found found -> Found.of(found);
            case SearchResult.Hit hit -> Hit.of(hit, explains);
            case SearchResult.Related related -> Related.of(related);
            case SearchResult.Summary summary -> Done.of(summary);
        };
    }

    /** Place in what the vector retriever found, from 1, and cosine distance, 0 to 2. */
    record VectorRank(int rank, double distance) {

        static @Nullable VectorRank of(Ranks.@Nullable Place place) {
            return place == null ? null : new VectorRank(place.rank(), place.measure());
        }
    }

    /** Place in what the text retriever found, from 1, and BM25 score. */
    record TextRank(int rank, double score) {

        static @Nullable TextRank of(Ranks.@Nullable Place place) {
            return place == null ? null : new TextRank(place.rank(), place.measure());
        }
    }

    /** What the graph adds to the score, and the hits that it comes from. */
    record GraphRank(double score, List<String> via) {

        static @Nullable GraphRank of(@Nullable GraphSupport support) {
            return support == null
                    ? null
                    : new GraphRank(
                            support.value(),
                            support.from().stream().map(GraphSupport.From::id).toList());
        }
    }

    /** Where the retrievers list a hit. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record HitRanks(
            @Nullable VectorRank vector,
            @Nullable TextRank text,
            @Nullable GraphRank graph) {

        static HitRanks of(Ranks ranks) {
            return new HitRanks(VectorRank.of(ranks.vector()), TextRank.of(ranks.text()), GraphRank.of(ranks.graph()));
        }
    }

    /** What one retriever found, before the retrievers are fused. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Found(String leg, int rank, @Nullable String tenant, String id, String type, String name, double measure)
            implements Event {

        static Found of(SearchResult.Found found) {
            Candidate document = found.document();
            return new Found(
                    found.retriever().label(),
                    found.rank(),
                    document.owner(),
                    document.id(),
                    document.type(),
                    document.name(),
                    document.measure());
        }

        @Override
        public String label() {
            return "found";
        }

        @Override
        public String identity() {
            return String.join("\0", leg, String.valueOf(tenant), id, type, name);
        }
    }

    /** A hit, in the order of the answer. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Hit(
            int rank,
            @Nullable String tenant,
            String id,
            String type,
            String name,
            double score,
            float confidence,
            HitRanks legs,
            @JsonRawValue String metadata,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> passages,
            @Nullable SearchExplanation explain)
            implements Event {

        static Hit of(SearchResult.Hit hit, boolean explains) {
            Candidate document = hit.hit().document();
            return new Hit(
                    hit.rank(),
                    document.owner(),
                    document.id(),
                    document.type(),
                    document.name(),
                    hit.hit().score(),
                    document.confidence(),
                    HitRanks.of(hit.hit().ranks()),
                    document.metadata(),
                    hit.passages(),
                    explains ? SearchExplanation.of(hit) : null);
        }

        @Override
        public String label() {
            return "hit";
        }

        @Override
        public String identity() {
            return String.join(
                    "\0",
                    String.valueOf(tenant),
                    id,
                    type,
                    name,
                    Float.toString(confidence),
                    metadata,
                    passages.toString());
        }
    }

    /** A relationship on the way to a related document, as it is stored. */
    record Step(String source, String type, String target) {

        static Step of(Edge edge) {
            return new Step(edge.source(), edge.type(), edge.target());
        }
    }

    /** A document that the graph leads to from a hit; {@code via} is that hit's id. */
    record Related(String id, String type, String name, double score, int hops, List<Step> path, String via)
            implements Event {

        static Related of(SearchResult.Related related) {
            return new Related(
                    related.reached().id(),
                    related.reached().type(),
                    related.reached().name(),
                    related.reached().score(),
                    related.reached().hops(),
                    related.path().stream().map(Step::of).toList(),
                    related.path().getFirst().from());
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

    /** How a retriever worked. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Leg(
            double tookMs,
            @Nullable String plan,
            @Nullable Long scanned,
            @Nullable Integer efSearch,
            @Nullable Float recall,
            @Nullable String index,
            @Nullable String error) {

        static Leg of(RetrieverReport report) {
            return new Leg(
                    report.tookMs(),
                    report.plan(),
                    report.scanned(),
                    report.efSearch(),
                    report.recall(),
                    report.index(),
                    report.error());
        }
    }

    /** The end of an answer. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Done(
            int hits,
            int related,
            boolean complete,
            @Nullable String reason,
            boolean truncated,
            double tookMs,
            Map<String, Leg> legs)
            implements Event {

        static Done of(SearchResult.Summary summary) {
            Map<String, Leg> legs = new LinkedHashMap<>();
            summary.retrievers().forEach((retriever, report) -> legs.put(retriever.label(), Leg.of(report)));
            String error = summary.error();
            return new Done(
                    summary.hits(),
                    summary.related(),
                    error == null,
                    error,
                    summary.truncated(),
                    summary.tookMs(),
                    legs);
        }

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
    record Collected(@Nullable List<Found> found, List<Hit> hits, List<Related> related, Done done) {

        static Collected of(List<Event> events) {
            List<Found> found = only(Found.class, events);
            return new Collected(
                    found.isEmpty() ? null : found,
                    only(Hit.class, events),
                    only(Related.class, events),
                    only(Done.class, events).getLast());
        }

        private static <T extends Event> List<T> only(Class<T> type, List<Event> events) {
            return events.stream().filter(type::isInstance).map(type::cast).toList();
        }
    }
}
