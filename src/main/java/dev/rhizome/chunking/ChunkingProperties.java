package dev.rhizome.chunking;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How texts are cut. Texts that are stored stay cut as they are until they are sent again with a change.
 *
 * @param tokens most of a chunk, its overlap included. all-MiniLM-L6-v2 was trained with 256
 * @param overlap most tokens of whole sentences that a chunk repeats from the one before it, less than half of {@code tokens}
 */
@Validated
@ConfigurationProperties("rhizome.chunking")
public record ChunkingProperties(
        @Min(32) @Max(8192) @DefaultValue("200") int tokens,
        @Min(0) @Max(4095) @DefaultValue("30") int overlap) {}
