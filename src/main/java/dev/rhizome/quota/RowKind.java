package dev.rhizome.quota;

import dev.rhizome.fairness.TenantLimits;
import org.jspecify.annotations.Nullable;

/** Kinds of rows of which a tenant may have no more than so many. */
public enum RowKind {
    ENTITIES("entities"),
    RELATIONSHIPS("relationships"),
    EVENTS("events"),
    PROVENANCE_ENTRIES("provenanceEntries");

    private final String label;

    RowKind(String label) {
        this.label = label;
    }

    /** The name as the API writes it. */
    String label() {
        return label;
    }

    /** How many rows {@code limits} let a tenant have; null for any number. */
    @Nullable
    Long of(TenantLimits limits) {
        return switch (this) {
            case ENTITIES -> limits.entities();
            case RELATIONSHIPS -> limits.relationships();
            case EVENTS -> limits.events();
            case PROVENANCE_ENTRIES -> limits.provenanceEntries();
        };
    }
}
