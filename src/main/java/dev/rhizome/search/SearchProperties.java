package dev.rhizome.search;

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
 * @param defaultRelated related things where it does not say
 * @param maxHops most steps of the graph leg
 * @param candidates things each leg brings to the fusion, at least
 * @param fusionConstant k of reciprocal rank fusion; 60 in Cormack, Clarke and Büttcher, SIGIR 2009
 * @param exactBelow things of a tenant up to which its vectors are compared one by one
 * @param efSearch candidates of an HNSW scan, 1 to 1,000
 * @param maxScanTuples rows an iterative HNSW scan visits before it gives up and the exact scan takes over
 * @param hopDecay factor of the graph leg's score for each hop
 * @param statisticsAge longest that a tenant's size and mean length are believed
 */
@Validated
@ConfigurationProperties("rhizome.search")
public record SearchProperties(
        @Min(1) @Max(1_000) @DefaultValue("200") int maxResults,
        @Min(1) @DefaultValue("10") int defaultResults,
        @Min(0) @DefaultValue("20") int defaultRelated,
        @Min(0) @Max(5) @DefaultValue("3") int maxHops,
        @Min(1) @Max(1_000) @DefaultValue("100") int candidates,
        @Min(1) @DefaultValue("60") int fusionConstant,
        @Min(0) @DefaultValue("2500") long exactBelow,
        @Min(1) @Max(1_000) @DefaultValue("100") int efSearch,
        @Min(1) @DefaultValue("20000") int maxScanTuples,
        @DefaultValue("0.7") double hopDecay,
        @DefaultValue("30s") Duration statisticsAge) {}
