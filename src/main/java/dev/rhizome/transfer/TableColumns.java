package dev.rhizome.transfer;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.tenancy.TenantTable;
import io.r2dbc.spi.Readable;
import java.util.List;

/**
 * A table as the catalogue has it.
 *
 * @param name of the table
 * @param columns that can be written, but for the tenant, in their order
 * @param key its order
 */
record TableColumns(String name, List<String> columns, List<String> key) {

    private static final String OF_ALL = """
            select c.relname::text as name,
                   (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
                     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                       and a.attname not in ('tenant_id', case c.relname when 'vectors' then 'space' else '' end)) as columns,
                   (select array_agg(a.attname::text order by k.place)
                      from pg_index i
                     cross join unnest(i.indkey) with ordinality as k (attnum, place)
                      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
                     where i.indrelid = c.oid and i.indisprimary and k.place <= i.indnkeyatts
                       and a.attname <> 'tenant_id') as key
              from unnest($2::text[]) with ordinality as given (name, place)
              join pg_class c on c.relname = given.name and c.relnamespace = 'rhizome'::regnamespace
             where $1 = current_tenant()
             order by given.place
            """;

    /** Those of all tables of an export, in its order. */
    static Query<TableColumns> ofAll() {
        String[] names =
                TenantTable.travelling().stream().map(TenantTable::name).toArray(String[]::new);
        return Query.ofTenant(OF_ALL, TableColumns::of, (Object) names);
    }

    private static TableColumns of(Readable row) {
        return new TableColumns(Rows.required(row, "name", String.class), texts(row, "columns"), texts(row, "key"));
    }

    private static List<String> texts(Readable row, String column) {
        String[] found = row.get(column, String[].class);
        return found == null ? List.of() : List.of(found);
    }

    /** The columns as SQL names them, each with {@code prefix} in front. */
    String listed(String prefix, List<String> some) {
        return String.join(
                ", ", some.stream().map(column -> prefix + "\"" + column + "\"").toList());
    }
}
