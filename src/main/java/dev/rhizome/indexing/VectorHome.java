package dev.rhizome.indexing;

import dev.rhizome.tenant.TenantId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The table in which a tenant's vectors are: the one that small tenants share, or one of its own.
 *
 * @param number 0 for the shared one; each table of its own that a tenant gets has another
 * @param table its name
 * @param index over the space that answers, null where there is none
 */
public record VectorHome(int number, String table, @Nullable Index index) {

    private static final String SHARED = "vectors";
    private static final String READ = " vectors as v";

    /** What an HNSW index is made of, by the name of pgvector's type. */
    public enum IndexType {
        /** The vectors as they were given. */
        VECTOR,
        /** Their directions, in half precision. */
        HALFVEC;

        static IndexType named(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }

        /** The name of the type. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * An HNSW index over all vectors of a space in a table of one tenant.
     *
     * @param type what it is made of
     * @param efSearch the smallest width of a scan that reached the wanted recall when the index was made, 1 to 1,000
     * @param recall of the nearest ten that such a scan found then, 0 to 1; null where it was not measured
     */
    public record Index(
            IndexType type, int efSearch, @Nullable Float recall) {}

    /** The home of that number. */
    static VectorHome of(TenantId tenant, int number, @Nullable Index index) {
        String table = number == 0 ? SHARED : SHARED + "_t" + tenant.toString().replace("-", "") + "_" + number;
        return new VectorHome(number, table, index);
    }

    /** Whether it is one of a tenant's own whose index is still to be made: a load goes on, or the index is being built. */
    public boolean awaitsIndex() {
        return number > 0 && index == null;
    }

    /** {@code sql} for this home, which reads {@code vectors as v} where it is the shared one. */
    public String in(String sql) {
        return number == 0 ? sql : sql.replace(READ, " " + table + " as v");
    }
}
