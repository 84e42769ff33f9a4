package dev.rhizome.bench;

import dev.rhizome.bench.service.ServiceDatabase;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How large the table of events and its indexes are, all tenants and months together. */
final class EventSizes {

    private static final String SIZES = """
            with months as (
              select inhrelid as month from pg_inherits where inhparent = 'rhizome.performance_events'::regclass
            )
            select 'rows' as what, sum(pg_table_size(month)) as bytes from months
             union all
            select 'index ' || p.relname, sum(pg_relation_size(c.inhrelid))
              from pg_index i join pg_class p on p.oid = i.indexrelid join pg_inherits c on c.inhparent = p.oid
             where i.indrelid = 'rhizome.performance_events'::regclass
             group by p.relname
             order by what
            """;

    private EventSizes() {}

    /** A line for the rows and one for each index; none where the database is elsewhere. */
    static List<String> read(@Nullable ServiceDatabase database) {
        if (database == null) {
            return List.of();
        }
        try {
            return database.rows(SIZES).stream()
                    .map(row -> "%s: %,d MB".formatted(row.get(0), Long.parseLong(row.get(1)) >> 20))
                    .toList();
        } catch (SQLException e) {
            return List.of("sizes are not known: " + e.getMessage());
        }
    }
}
