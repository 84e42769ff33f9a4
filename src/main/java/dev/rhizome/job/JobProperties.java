package dev.rhizome.job;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How background jobs are run.
 *
 * @param concurrency most batches of one job at once in this process, each of another tenant
 * @param tenants most tenants that one job has begun to work on in this process; they have its batches in turn
 * @param lease time after which a tenant whose worker is not heard of is another's
 * @param pause between two batches
 * @param turn time after which a tenant lets others have their turn
 * @param firstBackOff pause after a first failure; it doubles with each failure that follows
 * @param longestBackOff longest pause after a failure
 * @param stop longest time that batches in hand may go on when the service stops; then they are cancelled
 */
@Validated
@ConfigurationProperties("rhizome.jobs")
public record JobProperties(
        @Min(1) @Max(100) @DefaultValue("4") int concurrency,
        @Min(1) @Max(10_000) @DefaultValue("64") int tenants,
        @DefaultValue("60s") Duration lease,
        @DefaultValue("10ms") Duration pause,
        @DefaultValue("5m") Duration turn,
        @DefaultValue("1s") Duration firstBackOff,
        @DefaultValue("5m") Duration longestBackOff,
        @DefaultValue("5s") Duration stop) {}
