package dev.rhizome.embedding;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Which model makes vectors.
 *
 * @param url base of an OpenAI-compatible server, with or without {@code /v1}; empty for the model in this process
 * @param model its name there, stored with every vector
 * @param dimensions numbers in its vectors, as many as the schema holds
 * @param apiKey its bearer token; empty for none
 * @param timeout longest wait for the vectors of one batch, with all that is tried again
 * @param cachedQueries search queries whose vectors are kept
 */
@Validated
@ConfigurationProperties("rhizome.embedding")
public record EmbeddingProperties(
        @DefaultValue("") String url,
        @DefaultValue("all-minilm") String model,
        @Min(2) @DefaultValue("384") int dimensions,
        @DefaultValue("") String apiKey,
        @DefaultValue("30s") Duration timeout,
        @Min(0) @DefaultValue("10000") long cachedQueries) {

    @Override
    public String toString() {
        return "EmbeddingProperties[url=" + url + ", model=" + model + "]"; // not the key
    }
}
