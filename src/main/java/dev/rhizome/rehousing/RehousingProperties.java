package dev.rhizome.rehousing;

import dev.rhizome.indexing.VectorHome;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * When a tenant's vectors get a table of their own, and the index over it.
 *
 * @param ownFrom vectors from which a tenant has one; it goes back at half of them
 * @param mostOwn tables of their own at most; past it the largest tenants have one, and the others are compared one by one
 * @param interval how often tenants whose vectors have changed are looked at
 * @param calm time without changes after which an index is made
 * @param longestWait time after which it is made although changes go on
 * @param batch vectors copied in one transaction
 * @param index how an index is made
 */
@Validated
@ConfigurationProperties("rhizome.vectors")
record RehousingProperties(
        @Min(1) @Max(1_000_000) @DefaultValue("2000") int ownFrom,
        @Min(0) @Max(100_000) @DefaultValue("1000") int mostOwn,
        @DefaultValue("5s") Duration interval,
        @DefaultValue("10s") Duration calm,
        @DefaultValue("10m") Duration longestWait,
        @Min(1) @Max(100_000) @DefaultValue("2000") int batch,
        @Valid @DefaultValue Index index) {

    /**
     * How an index is made.
     *
     * @param type what it is made of: half precision takes half the memory, and whole vectors put what it finds in order
     * @param m links of a node in the HNSW graph; null chooses by the number of vectors
     * @param efConstruction candidates looked at while one is linked in, raised to twice {@code m} where it is less; null chooses
     *     by the number of vectors
     * @param recall share of the nearest ten that a search finds, 0.5 to 1; the width of its scan is chosen for it
     * @param memory most memory for making it, in MiB
     * @param workers processes that help to make it
     */
    record Index(
            @DefaultValue("halfvec") VectorHome.IndexType type,
            @Nullable @Min(2) @Max(100) Integer m,
            @Nullable @Min(4) @Max(1_000) Integer efConstruction,

            @DecimalMin("0.5") @DecimalMax("1") @DefaultValue("0.99")
            float recall,

            @Min(1) @Max(1_000_000) @DefaultValue("2048") int memory,
            @Min(0) @Max(64) @DefaultValue("1") int workers) {}
}
