package dev.rhizome.event;

import dev.rhizome.validation.Decimal;
import dev.rhizome.validation.Ratio;
import org.jspecify.annotations.Nullable;

/** The groups of figures that an event may have. A figure that nobody measured is absent or null, never 0. */
public final class Metrics {

    private static final double ANY = 1e12;
    private static final double PERCENT = 100;

    private Metrics() {}

    /** Milliseconds. */
    public record Latency(
            @Nullable @Decimal(min = 0, max = ANY) Double averageMs,
            @Nullable @Decimal(min = 0, max = ANY) Double p95Ms,
            @Nullable @Decimal(min = 0, max = ANY) Double p99Ms,
            @Nullable @Decimal(min = 0, max = ANY) Double minMs,
            @Nullable @Decimal(min = 0, max = ANY) Double maxMs) {}

    /** Ratios. */
    public record Accuracy(
            @Nullable @Ratio Double successRate,
            @Nullable @Ratio Double qualityScore,
            @Nullable @Ratio Double violationRate,
            @Nullable @Ratio Double evaluationScore) {}

    /** Percent of the machine, and kilobits a second. */
    public record Resources(
            @Nullable @Decimal(min = 0, max = PERCENT) Double cpuPercent,
            @Nullable @Decimal(min = 0, max = PERCENT) Double memoryPercent,
            @Nullable @Decimal(min = 0, max = ANY) Double networkKbps,
            @Nullable @Decimal(min = 0, max = ANY) Double diskKbps) {}

    /** Ratios. */
    public record Compliance(
            @Nullable @Ratio Double validationPassRate,
            @Nullable @Ratio Double violationSeverityScore,
            @Nullable @Ratio Double clauseCitationRate,
            @Nullable @Ratio Double complianceScore) {}

    /** Money in the tenant's own currency, a ratio, percent. */
    public record Cost(
            @Nullable @Decimal(min = 0, max = ANY) Double costPerTask,
            @Nullable @Ratio Double efficiencyScore,
            @Nullable @Decimal(min = 0, max = PERCENT) Double resourceWastePercent) {}

    /** Hours, percent, minutes. */
    public record Reliability(
            @Nullable @Decimal(min = 0, max = ANY) Double mtbfHours,
            @Nullable @Decimal(min = 0, max = PERCENT) Double availabilityPercent,
            @Nullable @Decimal(min = 0, max = PERCENT) Double errorRatePercent,
            @Nullable @Decimal(min = 0, max = ANY) Double recoveryTimeMinutes) {}
}
