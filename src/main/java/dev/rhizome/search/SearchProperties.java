package dev.rhizome.search;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How a search is made.
 *
 * @param maxResults most hits one request may ask for
 * @param defaultResults hits where it does not say
 * @param defaultRelated related documents where it does not say
 * @param maxHops most steps of the graph retriever
 * @param candidates documents that each retriever brings to the fusion, at least
 * @param embeddingTimeout longest wait for the vector of a query; the text retriever answers alone after it
 * @param batchConcurrency most searches of one request for many that run at once
 * @param vector how the vector retriever is planned
 * @param fusion how scores are made
 */
@Validated
@ConfigurationProperties("rhizome.search")
public record SearchProperties(
        @Min(1) @Max(1_000) @DefaultValue("200") int maxResults,
        @Min(1) @DefaultValue("10") int defaultResults,
        @Min(0) @DefaultValue("20") int defaultRelated,
        @Min(0) @Max(5) @DefaultValue("3") int maxHops,
        @Min(1) @Max(1_000) @DefaultValue("100") int candidates,
        @DefaultValue("5s") Duration embeddingTimeout,
        @Min(1) @Max(64) @DefaultValue("4") int batchConcurrency,
        @Valid @DefaultValue Vector vector,
        @Valid @DefaultValue Fusion fusion) {

    /**
     * How neighbours are found. The costs are what planning compares; docs/relevance.md has how they were measured.
     *
     * @param exactBelow documents up to which vectors are compared one by one, whatever it costs
     * @param maxScanTuples rows an iterative HNSW scan visits before it gives up and the exact scan takes over
     * @param exactRowMicros cost of comparing one vector of an exact scan, in microseconds
     * @param indexRowMicros cost of visiting one row of an HNSW scan, in microseconds
     */
    public record Vector(
            @Min(0) @DefaultValue("2500") long exactBelow,
            @Min(1) @DefaultValue("20000") int maxScanTuples,
            @DecimalMin("0.001") @DefaultValue("1.1") double exactRowMicros,
            @DecimalMin("0.001") @DefaultValue("5") double indexRowMicros) {}

    /**
     * How scores are made.
     *
     * @param vectorWeight weight of the vector retriever, 0 to 1; the text retriever has the rest
     * @param graphWeight weight of the graph retriever, 0 to 1
     * @param graphSeeds best direct hits whose relationships count
     * @param hopDecay factor of a related document's score for each hop
     */
    public record Fusion(
            @DecimalMin("0") @DecimalMax("1") @DefaultValue("0.5")
            double vectorWeight,

            @DecimalMin("0") @DecimalMax("1") @DefaultValue("0.1")
            double graphWeight,

            @Min(1) @Max(100) @DefaultValue("5") int graphSeeds,

            @DecimalMin("0") @DecimalMax("1") @DefaultValue("0.7")
            double hopDecay) {}
}
