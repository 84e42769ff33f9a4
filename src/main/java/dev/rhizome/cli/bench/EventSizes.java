package dev.rhizome.cli.bench;

import dev.rhizome.cli.service.LocalService;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.UntenantedQueries;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How large the table of events and its indexes are, all tenants and months together. */
final class EventSizes {

    private static final Query<String> SIZES = Query.of(
            """
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
            """,
            row -> "%s: %,d MB"
                    .formatted(
                            Rows.required(row, "what", String.class), Rows.required(row, "bytes", Long.class) >> 20));
    private static final long LIMIT_SECONDS = 30;

    private EventSizes() {}

    /** A line for the rows and one for each index; none where the service is elsewhere. */
    static List<String> read(Session session) {
        LocalService local = session.local();
        if (local == null) {
            return List.of();
        }
        try {
            return local.component(UntenantedQueries.class)
                    .rows(SIZES)
                    .collectList()
                    .toFuture()
                    .get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        } catch (ExecutionException | TimeoutException e) {
            return List.of("sizes are not known: " + e.getMessage());
        }
    }
}
