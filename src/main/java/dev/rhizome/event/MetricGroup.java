package dev.rhizome.event;

import dev.rhizome.http.JsonFields;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The groups of figures that an event may have. A figure that nobody measured is absent or null, never 0. */
enum MetricGroup {
    /** Milliseconds. */
    LATENCY(Map.of("averageMs", Most.ANY, "p95Ms", Most.ANY, "p99Ms", Most.ANY, "minMs", Most.ANY, "maxMs", Most.ANY)),
    /** Parts of one. */
    ACCURACY(Map.of(
            "successRate", Most.PART,
            "qualityScore", Most.PART,
            "violationRate", Most.PART,
            "evaluationScore", Most.PART)),
    /** Percent of the machine, and kilobits a second. */
    RESOURCES(Map.of(
            "cpuPercent", Most.PERCENT,
            "memoryPercent", Most.PERCENT,
            "networkKbps", Most.ANY,
            "diskKbps", Most.ANY)),
    /** Parts of one. */
    COMPLIANCE(Map.of(
            "validationPassRate", Most.PART,
            "violationSeverityScore", Most.PART,
            "clauseCitationRate", Most.PART,
            "complianceScore", Most.PART)),
    /** Money of the tenant's own currency, a part of one, percent. */
    COST(Map.of("costPerTask", Most.ANY, "efficiencyScore", Most.PART, "resourceWastePercent", Most.PERCENT)),
    /** Hours, percent, minutes. */
    RELIABILITY(Map.of(
            "mtbfHours", Most.ANY,
            "availabilityPercent", Most.PERCENT,
            "errorRatePercent", Most.PERCENT,
            "recoveryTimeMinutes", Most.ANY));

    /** Largest values of figures, all of which start at 0. */
    private static final class Most {
        static final double PART = 1;
        static final double PERCENT = 100;
        static final double ANY = 1e12;
    }

    @SuppressWarnings("ImmutableEnumChecker") // made by Map.of
    private final Map<String, Double> figures;

    MetricGroup(Map<String, Double> figures) {
        this.figures = figures;
    }

    /** The field that an event has it in. */
    String field() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The group as compact JSON text, null where {@code body} has it not; broken ranges are noted in {@code body}. */
    @Nullable
    String read(JsonFields body) {
        JsonFields group = body.child(field(), figures.keySet());
        if (group == null) {
            return null;
        }
        figures.forEach((figure, most) -> {
            Double ignored = group.number(figure, 0, most);
        });
        return group.asText(field());
    }
}
