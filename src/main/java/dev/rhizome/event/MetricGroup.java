package dev.rhizome.event;

import java.util.Locale;
import java.util.Map;

/** The groups of figures that an event may have. A figure that nobody measured is absent or null, never 0. */
public enum MetricGroup {
    /** Milliseconds. */
    LATENCY(Map.of(
            "averageMs", Limit.ANY, "p95Ms", Limit.ANY, "p99Ms", Limit.ANY, "minMs", Limit.ANY, "maxMs", Limit.ANY)),
    /** Ratios. */
    ACCURACY(Map.of(
            "successRate", Limit.RATIO,
            "qualityScore", Limit.RATIO,
            "violationRate", Limit.RATIO,
            "evaluationScore", Limit.RATIO)),
    /** Percent of the machine, and kilobits a second. */
    RESOURCES(Map.of(
            "cpuPercent", Limit.PERCENT,
            "memoryPercent", Limit.PERCENT,
            "networkKbps", Limit.ANY,
            "diskKbps", Limit.ANY)),
    /** Ratios. */
    COMPLIANCE(Map.of(
            "validationPassRate", Limit.RATIO,
            "violationSeverityScore", Limit.RATIO,
            "clauseCitationRate", Limit.RATIO,
            "complianceScore", Limit.RATIO)),
    /** Money in the tenant's own currency, a ratio, percent. */
    COST(Map.of("costPerTask", Limit.ANY, "efficiencyScore", Limit.RATIO, "resourceWastePercent", Limit.PERCENT)),
    /** Hours, percent, minutes. */
    RELIABILITY(Map.of(
            "mtbfHours", Limit.ANY,
            "availabilityPercent", Limit.PERCENT,
            "errorRatePercent", Limit.PERCENT,
            "recoveryTimeMinutes", Limit.ANY));

    /** Largest values of figures; the smallest is always 0. */
    private static final class Limit {
        static final double RATIO = 1;
        static final double PERCENT = 100;
        static final double ANY = 1e12;
    }

    @SuppressWarnings("ImmutableEnumChecker") // made by Map.of
    private final Map<String, Double> largest;

    MetricGroup(Map<String, Double> largest) {
        this.largest = largest;
    }

    /** The field of an event that has the group. */
    public String field() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The figures of the group, each with its largest value. */
    Map<String, Double> largest() {
        return largest;
    }
}
