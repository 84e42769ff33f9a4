package dev.rhizome.event;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How events are kept.
 *
 * @param integrityKey secret of the MACs, 32 characters or more; empty makes one in {@code rhizome.home}
 * @param upkeepInterval how often tenants are looked for whose retention is due
 * @param retentionInterval how often a tenant's retention is applied
 * @param retentionBatch most events removed, or archived in one file, in one transaction
 */
@Validated
@ConfigurationProperties("rhizome.events")
public record EventProperties(
        @DefaultValue("") String integrityKey,
        @DefaultValue("60s") Duration upkeepInterval,
        @DefaultValue("1h") Duration retentionInterval,
        @Min(1) @Max(100_000) @DefaultValue("5000") int retentionBatch) {

    @Override
    public String toString() {
        return "EventProperties[retentionBatch=" + retentionBatch + "]"; // not the key
    }
}
