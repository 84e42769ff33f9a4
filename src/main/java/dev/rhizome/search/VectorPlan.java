package dev.rhizome.search;

import dev.rhizome.indexing.VectorHome;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the nearest neighbours are found.
 *
 * @param kind exactly, or through the index
 * @param filterTerms terms one of which each match has, where the exact scan starts from them; else empty
 * @param rows documents that the exact scan looks at, at most
 * @param index that is scanned, null where none is
 * @param awaitsIndex whether there will be one and is not yet
 */
record VectorPlan(
        Kind kind, List<String> filterTerms, long rows, VectorHome.@Nullable Index index, boolean awaitsIndex) {

    VectorPlan(Kind kind, List<String> filterTerms, long rows, VectorHome.@Nullable Index index) {
        this(kind, filterTerms, rows, index, false);
    }

    /** Exactly or approximately. */
    enum Kind {
        EXACT,
        HNSW;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static VectorPlan exact(long rows) {
        return new VectorPlan(Kind.EXACT, List.of(), rows, null);
    }

    static VectorPlan hnsw(long rows, VectorHome.Index index) {
        return new VectorPlan(Kind.HNSW, List.of(), rows, index);
    }

    /** The exact plan that looks where this one looks. */
    VectorPlan exactly() {
        return new VectorPlan(Kind.EXACT, filterTerms, rows, null, awaitsIndex);
    }

    /** This plan of a tenant whose index is still to be made. */
    VectorPlan beforeIndex() {
        return new VectorPlan(kind, filterTerms, rows, index, true);
    }
}
