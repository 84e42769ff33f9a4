package dev.rhizome.bench;

import dev.rhizome.bench.service.ServiceDatabase;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/**
 * A large tenant's vector search as lean as SQL can be under row-level security: the index, and the names of what it finds.
 *
 * @param tenant id of the tenant
 * @param table with its vectors
 * @param space number of the space that its index is of
 * @param isHalf whether the index is one of half precision
 * @param ef size of the list of candidates
 */
record LeanSearch(String tenant, String table, String space, boolean isHalf, int ef) {

    /** The search of {@code tenant}, whose index is there. */
    static LeanSearch of(ServiceDatabase database, String tenant, int ef) throws SQLException {
        List<String> home =
                database.rows("""
                        select c.relname, substring(pg_get_indexdef(i.indexrelid) from 'space = (\\d+)'),
                               pg_get_indexdef(i.indexrelid) like '%%halfvec%%'
                          from pg_class c join pg_index i on i.indrelid = c.oid
                         where c.relname like 'vectors\\_t%s\\_%%'
                           and pg_get_indexdef(i.indexrelid) like '%%hnsw%%' and i.indisvalid
                        """.formatted(tenant.replace("-", ""))).getFirst();
        return new LeanSearch(tenant, home.get(0), home.get(1), home.get(2).equals("t"), ef);
    }

    /** A script of pgbench's that looks for the {@code k} nearest to {@code query}, in one round trip. */
    String script(float[] query, int k) {
        return """
                \\startpipeline
                begin read only;
                set local app.current_tenant = '%1$s';
                set local hnsw.ef_search = %2$d;
                set local enable_seqscan = off;
                set local enable_sort = off;
                select document_id, type, name from (
                select v.document_id, i.type, i.name, v.embedding operator(public.<=>) '%6$s' as distance
                  from rhizome.%3$s v
                 cross join lateral (select h.type, h.name from rhizome.hybrid_search_index h
                                      where h.tenant_id = '%1$s' and h.document_id = v.document_id offset 0) i
                 where v.tenant_id = '%1$s' and v.space = %4$s
                 order by %5$s operator(public.<=>) %7$s limit %8$d) as near
                 order by distance;
                commit;
                \\endpipeline
                """.formatted(
                tenant,
                ef,
                table,
                space,
                indexed("v.embedding", query.length),
                Arrays.toString(query),
                indexed("'%s'::public.vector(%d)".formatted(Arrays.toString(query), query.length), query.length),
                k);
    }

    private String indexed(String vector, int dimensions) {
        return isHalf
                ? "public.l2_normalize(%s)::public.halfvec(%d)".formatted(vector, dimensions)
                : "%s::public.vector(%d)".formatted(vector, dimensions);
    }
}
