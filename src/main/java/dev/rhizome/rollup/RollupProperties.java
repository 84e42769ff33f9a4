package dev.rhizome.rollup;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How events are summed up and watched.
 *
 * @param upkeepInterval how often tenants are looked for whose events are not rolled up
 * @param rollUpBatch most events whose hours are computed in one transaction
 * @param anomalies what counts as an anomaly
 */
@Validated
@ConfigurationProperties("rhizome.events")
public record RollupProperties(
        @DefaultValue("60s") Duration upkeepInterval,
        @Min(1) @Max(1_000_000) @DefaultValue("50000") int rollUpBatch,
        @DefaultValue Anomalies anomalies) {

    /**
     * An hour of an agent and type is an anomaly where its figure is worse than the median of the hours before it by more
     * than {@code deviations} times their spread, which is the median absolute deviation made comparable to a standard
     * deviation (times 1.4826).
     *
     * @param baselineHours how far back the hours before reach
     * @param leastHours of them with figures; with fewer no hour is judged
     * @param leastEvents of an hour that have the figure; an hour with fewer is neither judged nor part of the baseline
     * @param deviations see above
     */
    public record Anomalies(
            @Min(1) @Max(8_760) @DefaultValue("168") int baselineHours,
            @Min(1) @Max(8_760) @DefaultValue("24") int leastHours,
            @Min(1) @DefaultValue("20") int leastEvents,
            @DefaultValue("6") double deviations) {}
}
