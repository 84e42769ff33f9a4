package dev.rhizome.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The figures of several benchmarks as one table in Markdown, and drawings of how they grow. It knows figures by their form:
 * whatever has {@code p50Ms} is a latency, whatever has {@code seconds} and a count is a rate.
 */
public final class Report {

    private static final List<String> COUNTS = List.of("count", "events", "entries");
    private static final String HEADER = """
            | What | P50 ms | P95 ms | P99 ms | a second | recall@10 |
            |---|---:|---:|---:|---:|---:|
            """;
    private static final String TENANTS = "tenants";
    private static final String LARGEST = "the rest";

    private final Map<String, JsonNode> parts = new LinkedHashMap<>();

    /** Adds the figures that a benchmark wrote to {@code json}. */
    public void add(String part, Path json) throws IOException {
        parts.put(part, JsonMapper.shared().readTree(Files.readAllBytes(json)));
    }

    /** Writes {@code summary.md} and the drawings into {@code directory}. */
    public void write(Path directory) throws IOException {
        Files.writeString(directory.resolve("summary.md"), summary());
        draw(
                directory.resolve("vectors.svg"),
                new Plot("Vector search, one client, ms", "vectors of the tenant", vectors()));
        draw(directory.resolve("walks.svg"), new Plot("Walks of three hops, one client, ms", "entities", walks()));
        draw(directory.resolve("streams.svg"), new Plot("Searches a second", "streams open at once", streams()));
    }

    private static void draw(Path file, Plot plot) throws IOException {
        Files.writeString(file, plot.toSvg());
    }

    String summary() {
        StringBuilder text = new StringBuilder();
        parts.forEach((part, report) -> {
            JsonNode machine = report.path("machine");
            text.append("## ").append(part).append("\n\n");
            text.append("`%s`, %s, %d cores, load %s before%n%n"
                    .formatted(
                            report.path("settings"),
                            report.path("at").asString(""),
                            machine.path("cores").asInt(),
                            machine.path("loadBefore").asDouble()));
            text.append(HEADER);
            rows("", report.path("figures"), text);
            text.append('\n');
        });
        return text.toString();
    }

    private static void rows(String path, JsonNode figures, StringBuilder text) {
        if (figures.isArray()) {
            figures.forEach(each -> rows(joined(path, describing(each)), each, text));
        } else if (figures.has("p50Ms")) {
            text.append(row(path, figures, Double.NaN));
        } else if (figures.has("latencies")) {
            text.append(
                    row(path, figures.path("latencies"), figures.path("recall").asDouble(Double.NaN)));
        } else if (perSecond(figures) > 0) {
            text.append("| %s | | | | %s | |%n".formatted(path, plain(perSecond(figures))));
        } else {
            figures.properties().forEach(each -> rows(joined(path, each.getKey()), each.getValue(), text));
        }
    }

    private static String row(String path, JsonNode latencies, double recall) {
        double rate =
                latencies.path("perSecond").asDouble(latencies.path("answered").asDouble());
        return String.format(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %.2f | %s | %s |%n",
                path,
                latencies.path("p50Ms").asDouble(),
                latencies.path("p95Ms").asDouble(),
                latencies.path("p99Ms").asDouble(),
                plain(rate),
                Double.isNaN(recall) ? "" : String.format(Locale.ROOT, "%.3f", recall));
    }

    private static String plain(double rate) {
        return String.format(Locale.ROOT, "%,.0f", rate);
    }

    private static double perSecond(JsonNode figures) {
        return COUNTS.stream()
                .mapToDouble(count -> figures.path(count).asDouble(0)
                        / figures.path("seconds").asDouble(1e300))
                .max()
                .orElse(0);
    }

    private static String joined(String path, String name) {
        return path.isEmpty() || name.isEmpty() ? path + name : path + ", " + name;
    }

    /** What tells one of several figures from the others: how it was measured, and not what came out. */
    private static String describing(JsonNode figures) {
        return figures.properties().stream()
                .filter(each ->
                        List.of("what", "text", "hops", "clients", "asked").contains(each.getKey()))
                .map(each -> each.getKey() + " "
                        + (each.getValue().isFloatingPointNumber()
                                ? plain(each.getValue().asDouble())
                                : each.getValue().asString()))
                .collect(Collectors.joining(" "));
    }

    private List<Plot.Series> vectors() {
        Map<Double, JsonNode> bySize = new TreeMap<>();
        parts.forEach((part, report) -> {
            JsonNode largest = report.path("figures").path("tenantByTenant").path(LARGEST);
            if (part.startsWith(TENANTS) && !largest.isMissingNode()) {
                bySize.put(largest.path("rows").asDouble(), largest.path("latencies"));
            }
        });
        return percentiles(bySize);
    }

    private List<Plot.Series> walks() {
        Map<Double, JsonNode> bySize = new TreeMap<>();
        parts.values()
                .forEach(report -> report.at("/figures/walks").forEach(walk -> {
                    boolean uniform = report.at("/settings/shape").asString("").equals("uniform");
                    if (uniform
                            && walk.path("hops").asInt() == 3
                            && walk.path("clients").asInt() == 1) {
                        bySize.put(report.at("/settings/entities").asDouble(), walk.path("latencies"));
                    }
                }));
        return percentiles(bySize);
    }

    private static List<Plot.Series> percentiles(Map<Double, JsonNode> bySize) {
        return List.of(
                new Plot.Series("P50", points(bySize, "p50Ms")),
                new Plot.Series("P95", points(bySize, "p95Ms")),
                new Plot.Series("P99", points(bySize, "p99Ms")));
    }

    private static List<Plot.Point> points(Map<Double, JsonNode> bySize, String figure) {
        List<Plot.Point> points = new ArrayList<>();
        bySize.forEach((size, figures) ->
                points.add(new Plot.Point(size, figures.path(figure).asDouble())));
        return points;
    }

    private List<Plot.Series> streams() {
        List<Plot.Point> service = new ArrayList<>();
        List<Plot.Point> database = new ArrayList<>();
        parts.values().forEach(report -> {
            report.at("/figures/streams")
                    .forEach(each -> service.add(new Plot.Point(
                            each.path("clients").asDouble(),
                            each.at("/latencies/perSecond").asDouble())));
            report.at("/figures/pgbench")
                    .properties()
                    .forEach(each -> database.add(new Plot.Point(
                            Double.parseDouble(each.getKey()),
                            each.getValue().path("perSecond").asDouble())));
        });
        return List.of(new Plot.Series("service", service), new Plot.Series("pgbench, lean SQL", database));
    }
}
