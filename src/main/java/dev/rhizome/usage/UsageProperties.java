package dev.rhizome.usage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How usage is stored.
 *
 * @param interval how often what was counted is stored
 * @param keep how long hours are kept
 */
@ConfigurationProperties("rhizome.usage")
record UsageProperties(
        @DefaultValue("10s") Duration interval,
        @DefaultValue("400d") Duration keep) {}
