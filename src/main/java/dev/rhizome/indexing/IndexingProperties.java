package dev.rhizome.indexing;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How documents are put into search.
 *
 * @param profileAge longest time for which a tenant's size, mean length and model are taken from memory
 * @param lateInterval how often documents are looked for that wait for their vectors
 * @param lateBatch documents whose vectors are made at once after they were written, 1 to 1,000
 * @param reembeddingInterval how often open re-embedding jobs are looked for
 * @param reembeddingBatch documents that a re-embedding job embeds at once, 1 to 1,000
 */
@Validated
@ConfigurationProperties("rhizome.indexing")
public record IndexingProperties(
        @DefaultValue("30s") Duration profileAge,
        @DefaultValue("500ms") Duration lateInterval,
        @Min(1) @Max(1_000) @DefaultValue("64") int lateBatch,
        @DefaultValue("5s") Duration reembeddingInterval,
        @Min(1) @Max(1_000) @DefaultValue("64") int reembeddingBatch) {}
