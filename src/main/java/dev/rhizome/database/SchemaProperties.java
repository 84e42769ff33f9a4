package dev.rhizome.database;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What is fixed for a model's vectors when a migration makes room for them.
 *
 * @param hnswM links of a node in the HNSW graph
 * @param hnswEfConstruction candidates looked at while one is linked in
 */
@Validated
@ConfigurationProperties("rhizome.schema")
public record SchemaProperties(
        @Min(2) @Max(100) @DefaultValue("16") int hnswM,
        @Min(4) @Max(1_000) @DefaultValue("64") int hnswEfConstruction) {}
