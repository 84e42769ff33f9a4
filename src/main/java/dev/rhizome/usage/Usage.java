package dev.rhizome.usage;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.rhizome.fairness.TenantLimits;
import dev.rhizome.quota.RowKind;
import dev.rhizome.quota.StoredSize;
import java.time.Instant;

/**
 * What a tenant uses.
 *
 * @param totals in the time that was asked for
 * @param rows that it has stored
 * @param storedBytes see {@link StoredSize}
 * @param countedAt when rows and bytes were counted
 * @param limits that it has, those of all tenants included
 */
record Usage(
        @JsonUnwrapped UsageTotals totals, RowCounts rows, long storedBytes, Instant countedAt, TenantLimits limits) {

    /**
     * Rows.
     *
     * @param entities nodes of the graph, those of domain objects included
     * @param relationships edges of the graph
     * @param events performance events
     * @param provenanceEntries entries of the chain
     */
    record RowCounts(long entities, long relationships, long events, long provenanceEntries) {

        private static RowCounts of(StoredSize size) {
            return new RowCounts(
                    size.of(RowKind.ENTITIES),
                    size.of(RowKind.RELATIONSHIPS),
                    size.of(RowKind.EVENTS),
                    size.of(RowKind.PROVENANCE_ENTRIES));
        }
    }

    static Usage of(UsageTotals totals, StoredSize size, TenantLimits limits) {
        return new Usage(totals, RowCounts.of(size), size.bytes(), size.countedAt(), limits);
    }
}
