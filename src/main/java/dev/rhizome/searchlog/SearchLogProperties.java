package dev.rhizome.searchlog;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How searches are recorded.
 *
 * @param enabled whether they are
 * @param interval how often those that wait are written
 * @param waiting most that wait; past it they are counted and not written
 * @param keep how long they are kept
 */
@Validated
@ConfigurationProperties("rhizome.search-log")
record SearchLogProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("1s") Duration interval,
        @Min(1) @Max(1_000_000) @DefaultValue("10000") int waiting,
        @DefaultValue("30d") Duration keep) {}
