package dev.rhizome.bench;

import dev.rhizome.bench.relevance.JudgedCollection;
import dev.rhizome.bench.relevance.PairedBootstrap;
import dev.rhizome.bench.relevance.PairedBootstrap.Difference;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The means of each way to ask, and which differences between them are more than luck. */
final class RelevanceReport {

    static final int RESAMPLES = 10_000;

    private record Pair(SearchKind first, SearchKind second) {

        String label() {
            return first.label() + " - " + second.label();
        }
    }

    /** One metric's difference between two ways to ask. */
    private record Compared(String pair, String metric, Difference difference) {}

    private static final List<Pair> PAIRS = List.of(
            new Pair(SearchKind.HYBRID, SearchKind.VECTOR),
            new Pair(SearchKind.HYBRID, SearchKind.TEXT),
            new Pair(SearchKind.GRAPH, SearchKind.HYBRID));

    private final JudgedCollection collection;
    private final Map<SearchKind, List<Map<Metric, Double>>> scores;
    private final PairedBootstrap bootstrap;
    private final long seed;

    RelevanceReport(JudgedCollection collection, Map<SearchKind, List<Map<Metric, Double>>> scores, long seed) {
        this.collection = collection;
        this.scores = scores;
        this.bootstrap = new PairedBootstrap(RESAMPLES, seed);
        this.seed = seed;
    }

    void print(PrintWriter out) {
        Table means = new Table("", Metric.NDCG.label(), Metric.MAP.label(), Metric.RECALL.label());
        for (SearchKind kind : SearchKind.values()) {
            means.row(
                    kind.label(),
                    Table.decimals(4, mean(kind, Metric.NDCG)),
                    Table.decimals(4, mean(kind, Metric.MAP)),
                    Table.decimals(4, mean(kind, Metric.RECALL)));
        }
        means.print(out);
        Table differences = new Table("difference", "metric", "mean", "95 % interval", "p", "better", "worse");
        for (Compared compared : compared()) {
            Difference difference = compared.difference();
            differences.row(
                    compared.pair(),
                    compared.metric(),
                    Table.signed(4, difference.mean()),
                    Table.signed(4, difference.low()) + " to " + Table.signed(4, difference.high()),
                    Table.decimals(4, difference.p()),
                    String.valueOf(difference.better()),
                    String.valueOf(difference.worse()));
        }
        differences.print(out);
        out.printf(
                "%n%,d queries with %,d relevant documents; paired bootstrap over queries, %,d resamples, seed %d.%n",
                collection.queries().size(), collection.relevant(), RESAMPLES, seed);
        out.flush();
    }

    /** For JSON: counts, means, differences, and the scores of each query. */
    Map<String, Object> figures() {
        Map<String, Object> means = new LinkedHashMap<>();
        for (SearchKind kind : SearchKind.values()) {
            Map<String, Double> each = new LinkedHashMap<>();
            for (Metric metric : Metric.values()) {
                each.put(metric.label(), mean(kind, metric));
            }
            means.put(kind.label(), each);
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("documents", collection.documents().size());
        figures.put("queries", collection.queries().size());
        figures.put("relevant", collection.relevant());
        figures.put("means", means);
        figures.put("differences", compared());
        figures.put("perQuery", perQuery());
        return figures;
    }

    private Map<String, Object> perQuery() {
        Map<String, Object> perQuery = new LinkedHashMap<>();
        for (int i = 0; i < collection.queries().size(); i++) {
            Map<String, Object> each = new LinkedHashMap<>();
            for (SearchKind kind : SearchKind.values()) {
                Map<String, Double> labelled = new LinkedHashMap<>();
                scoresOf(kind).get(i).forEach((metric, score) -> labelled.put(metric.label(), score));
                each.put(kind.label(), labelled);
            }
            perQuery.put(collection.queries().get(i).id(), each);
        }
        return perQuery;
    }

    private List<Compared> compared() {
        List<Compared> compared = new ArrayList<>();
        for (Pair pair : PAIRS) {
            for (Metric metric : Metric.values()) {
                Difference difference = bootstrap.compare(values(pair.first(), metric), values(pair.second(), metric));
                compared.add(new Compared(pair.label(), metric.label(), difference));
            }
        }
        return compared;
    }

    private double mean(SearchKind kind, Metric metric) {
        double[] values = values(kind, metric);
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private double[] values(SearchKind kind, Metric metric) {
        return scoresOf(kind).stream()
                .mapToDouble(each -> each.getOrDefault(metric, 0.0))
                .toArray();
    }

    private List<Map<Metric, Double>> scoresOf(SearchKind kind) {
        return scores.getOrDefault(kind, List.of());
    }
}
