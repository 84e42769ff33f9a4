package dev.rhizome.http;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of what comes in.
 *
 * @param maxLine longest line of an NDJSON body
 * @param maxBody largest JSON body
 * @param bodyTime longest that a JSON body may take to arrive
 * @param pageBytes most bytes of rows of one page of a list, which may be shorter than asked for
 * @param heartbeat longest silence of a stream that goes on
 * @param batchLines most lines written in one transaction
 * @param batchBytes most bytes of lines written in one transaction
 * @param batchWait longest a line waits for others to share its transaction
 */
@Validated
@ConfigurationProperties("rhizome.http")
public record HttpProperties(
        @DefaultValue("256KB") DataSize maxLine,
        @DefaultValue("1MB") DataSize maxBody,
        @DefaultValue("60s") Duration bodyTime,
        @DefaultValue("4MB") DataSize pageBytes,
        @DefaultValue("15s") Duration heartbeat,
        @Min(1) @Max(5_000) @DefaultValue("250") int batchLines,
        @DefaultValue("2MB") DataSize batchBytes,
        @DefaultValue("25ms") Duration batchWait) {}
