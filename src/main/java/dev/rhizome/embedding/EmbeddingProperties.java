package dev.rhizome.embedding;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Which models make vectors: the one that new tenants get, and others that tenants may still have or be moved to.
 *
 * @param url see {@link Source}
 * @param model see {@link Source}
 * @param dimension see {@link Source}
 * @param apiKey see {@link Source}
 * @param timeout see {@link Source}
 * @param batch see {@link Source}
 * @param requests see {@link Source}
 * @param cachedQueries search queries whose vectors are kept
 * @param others more models
 */
@Validated
@ConfigurationProperties("rhizome.embedding")
public record EmbeddingProperties(
        @DefaultValue("") String url,

        @Size(min = 1, max = 200) @DefaultValue("all-minilm")
        String model,

        @Min(2) @Max(2_000) @DefaultValue("384") int dimension,
        @DefaultValue("") String apiKey,
        @DefaultValue("30s") Duration timeout,
        @Min(1) @Max(10_000) @DefaultValue("32") int batch,
        @Min(1) @Max(10_000) @DefaultValue("32") int requests,
        @Min(0) @DefaultValue("10000") long cachedQueries,
        @DefaultValue List<@Valid Source> others) {

    /**
     * Where the vectors of one model come from.
     *
     * @param url base of an OpenAI-compatible server, with or without {@code /v1}; empty for the model in this process
     * @param model its name there, and here the name of what it makes; the model in this process has its own
     * @param dimension numbers in its vectors
     * @param apiKey its bearer token; empty for none
     * @param timeout longest wait for the vectors of one batch, with all that is tried again
     * @param batch most texts in one request
     * @param requests most requests at once, which tenants have in turn
     */
    public record Source(
            @DefaultValue("") String url,

            @Size(min = 1, max = 200) @DefaultValue("all-minilm")
            String model,

            @Min(2) @Max(2_000) @DefaultValue("384") int dimension,
            @DefaultValue("") String apiKey,
            @DefaultValue("30s") Duration timeout,
            @Min(1) @Max(10_000) @DefaultValue("32") int batch,
            @Min(1) @Max(10_000) @DefaultValue("32") int requests) {

        boolean inProcess() {
            return url.isBlank();
        }

        /** The model and the length of its vectors. */
        public ModelName name() {
            return inProcess() ? OnnxEmbeddingModel.NAME : new ModelName(model, dimension);
        }

        @Override
        public String toString() {
            return "Source[url=" + url + ", model=" + model + "]"; // not the key
        }
    }

    /** All sources, that of new tenants first. */
    public List<Source> sources() {
        return Stream.concat(
                        Stream.of(new Source(url, model, dimension, apiKey, timeout, batch, requests)), others.stream())
                .toList();
    }

    /** Names of all models, that of new tenants first. */
    public List<ModelName> names() {
        return sources().stream().map(Source::name).toList();
    }

    @Override
    public String toString() {
        return "EmbeddingProperties" + sources(); // not the keys
    }
}
