package dev.rhizome.graph;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Bounds of a walk over the graph.
 *
 * @param maxNodes most entities one walk may visit; a search for a path ends after the step that goes past it
 * @param maxEdgesPerNode relationships followed from one entity each way, the heaviest
 * @param maxEdges relationships one walk may read in all
 * @param maxTime a walk may spend in reading, after which it ends with what it has
 */
@Validated
@ConfigurationProperties("rhizome.graph")
public record GraphProperties(
        @Min(1) @Max(1_000_000) @DefaultValue("10000") int maxNodes,
        @Min(1) @Max(100_000) @DefaultValue("500") int maxEdgesPerNode,
        @Min(1) @Max(1_000_000) @DefaultValue("50000") int maxEdges,
        @DefaultValue("5s") Duration maxTime) {}
