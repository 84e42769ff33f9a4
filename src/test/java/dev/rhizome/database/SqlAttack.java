package dev.rhizome.database;

import dev.rhizome.testing.Draw;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Statements that somebody with the service's own role might try, to see, change, lock or guess another tenant's rows. */
final class SqlAttack {

    private static final List<String> REACHES = List.of(
            "select * from %1$s",
            "select t::text from %1$s t",
            "select count(*) from %1$s",
            "select * from %1$s where tenant_id = '%2$s'",
            "select * from %1$s where tenant_id <> rhizome.current_tenant() or true",
            "select * from %1$s for update",
            "select * from %1$s for key share skip locked",
            "with t as materialized (select * from %1$s) select * from t",
            "with gone as (delete from %1$s where tenant_id = '%2$s' returning *) select * from gone",
            "select (select string_agg(t::text, ',') from %1$s t), * from (values ('%2$s'::uuid)) v (x)",
            "select t.* from (values ('%2$s'::uuid)) v (x) left join %1$s t on t.tenant_id = v.x",
            "select t.* from %1$s t, lateral (select set_config('app.current_tenant', t.tenant_id::text, true)) s",
            // What is computed before the policy holds would see all rows, and say what it saw in its error.
            "select * from %1$s t where t::text::integer > 0",
            "select * from %1$s t where 1 / (length(t::text) - length(t::text)) > 0",
            "select * from %1$s t where cast(t::text as uuid) = '%2$s'",
            "select * from %1$s t order by t::text::jsonb",
            "update %1$s set tenant_id = '%2$s' returning *",
            "update %1$s set tenant_id = tenant_id where tenant_id = '%2$s' returning *",
            "delete from %1$s returning *",
            "delete from %1$s where tenant_id = '%2$s' returning *",
            "insert into %1$s select * from %1$s returning *",
            "insert into %1$s select * from %1$s on conflict do nothing returning *",
            "insert into %1$s (tenant_id) values ('%2$s') returning *",
            "merge into %1$s t using (values ('%2$s'::uuid)) v (x) on t.tenant_id = v.x when matched then delete",
            "truncate %1$s",
            "lock table %1$s in access exclusive mode nowait",
            "explain (analyze, verbose, costs off) select * from %1$s",
            "explain (analyze, buffers off) delete from %1$s where tenant_id = '%2$s'",
            "create temporary table stolen as select * from %1$s",
            "create temporary view seen as select * from %1$s",
            "declare c cursor for select * from %1$s; fetch all from c; close c",
            "alter table %1$s disable row level security",
            "alter table %1$s owner to current_user",
            "create policy mine on %1$s using (true)",
            "set local row_security = off; select * from %1$s",
            "do $$ begin perform * from %1$s where tenant_id = '%2$s'; if found then raise exception 'found %%', (select t::text from"
                    + " %1$s t where tenant_id = '%2$s' limit 1); end if; end $$",
            "select query_to_xml('select * from %1$s', true, true, '')",
            "select table_to_xml('%1$s', true, true, '')",
            "select * from pg_stats where tablename = split_part('%1$s', '.', 2)",
            "select most_common_vals from pg_stats where schemaname = 'rhizome'",
            "analyze %1$s",
            "vacuum %1$s",
            "comment on table %1$s is 'mine'",
            "copy (select * from %1$s) to program 'cat'",
            "copy %1$s from stdin");

    /** What changes the tenant, or seems to; the tenant of the database at a statement is asked for, not followed. */
    private static final List<String> SETTINGS = List.of(
            "set local app.current_tenant = '%1$s'",
            "set local app.current_tenant = '%1$s'",
            "set local app.current_tenant = ''",
            "set local app.current_tenant = 'not a tenant'",
            "set local app.current_tenant to default",
            "select set_config('app.current_tenant', '%1$s', true)",
            "select set_config('app.current_tenant', null, true)",
            "savepoint s",
            "savepoint s; set local app.current_tenant = '%1$s'",
            "rollback to savepoint s",
            "release savepoint s",
            "set local role rhizome_owner",
            "set local session authorization rhizome_owner",
            "set local row_security = off",
            "set local search_path = pg_temp, rhizome",
            "set local plan_cache_mode = force_generic_plan",
            "set local app.current_tenant = '%1$s'; select 1");

    /** Values of each type that a function may take. */
    private static final Map<String, List<String>> VALUES = Map.of(
            "uuid", List.of("'%1$s'", "'%2$s'", "gen_random_uuid()", "null"),
            "text", List.of("'a'", "'b'", "'%1$s'", "'own'", "'rehousing'", "''", "null", "'''; select 1; --'"),
            "text[]", List.of("array['a','b']", "array['%1$s']", "'{}'", "array['all-MiniLM-L6-v2-q']"),
            "integer", List.of("0", "1", "1000", "-1", "2147483647"),
            "bigint", List.of("0", "1", "-1", "9223372036854775807"),
            "smallint", List.of("0", "1", "2"),
            "date", List.of("'2026-03-01'", "'infinity'"),
            "interval", List.of("'0'", "'1 day'"),
            "boolean", List.of("true", "false"),
            "uuid[]", List.of("array['%1$s'::uuid]", "array['%1$s'::uuid,'%2$s'::uuid]", "'{}'"));

    private final Draw draw;
    private final List<String> tables;
    private final List<String> functions;
    private final UUID own;
    private final UUID victim;

    /**
     * Attacks drawn from {@code draw}.
     *
     * @param tables and views, with their schema
     * @param functions with their arguments' types, as {@code regprocedure} writes them
     */
    SqlAttack(Draw draw, List<String> tables, List<String> functions, UUID own, UUID victim) {
        this.draw = draw;
        this.tables = List.copyOf(tables);
        this.functions = List.copyOf(functions);
        this.own = own;
        this.victim = victim;
    }

    /** The next statement, or several of one message. */
    String next() {
        return switch (draw.between(0, 9)) {
            case 0, 1, 2 -> draw.of(SETTINGS).formatted(draw.coin() ? own : victim);
            case 3, 4 -> call();
            default -> draw.of(REACHES).formatted(draw.of(tables), draw.coin() ? victim : own);
        };
    }

    private String call() {
        String function = draw.of(functions);
        int open = function.indexOf('(');
        List<String> arguments = new ArrayList<>();
        for (String type : function.substring(open + 1, function.length() - 1).split(",", -1)) {
            if (!type.isEmpty()) {
                String value = draw.of(VALUES.getOrDefault(type, List.of("null", "'{}'", "'1'")));
                arguments.add(value.formatted(victim, own) + "::" + type);
            }
        }
        return "select * from " + function.substring(0, open) + "(" + String.join(", ", arguments) + ")";
    }
}
