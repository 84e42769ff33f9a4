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
 * @param profileAge longest that a tenant's size, mean length and model are believed
 * @param moveBatch texts embedded at once by a move, 1 to 1,000
 * @param moveLease after which a move whose worker is not heard of is another's
 */
@Validated
@ConfigurationProperties("rhizome.indexing")
public record IndexingProperties(
        @DefaultValue("30s") Duration profileAge,
        @Min(1) @Max(1_000) @DefaultValue("64") int moveBatch,
        @DefaultValue("60s") Duration moveLease) {}
