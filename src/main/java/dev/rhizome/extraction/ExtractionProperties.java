package dev.rhizome.extraction;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Bounds of reading files.
 *
 * @param maxFile largest file that is taken, up to 100 MB
 * @param maxText most characters of text in a file
 * @param maxPages most pages of a PDF
 * @param maxTime one file may take, after which it is given up
 * @param memory of a process that reads files
 * @param processes that read files at the same time; each is started when it is needed
 * @param idle after which a process that has nothing to read is ended
 */
@Validated
@ConfigurationProperties("rhizome.extraction")
public record ExtractionProperties(
        @DefaultValue("10MB") DataSize maxFile,

        @Min(1_000) @Max(10_000_000) @DefaultValue("2000000")
        int maxText,

        @Min(1) @Max(100_000) @DefaultValue("2000") int maxPages,
        @DefaultValue("30s") Duration maxTime,
        @DefaultValue("256MB") DataSize memory,
        @Min(1) @Max(64) @DefaultValue("1") int processes,
        @DefaultValue("60s") Duration idle) {}
