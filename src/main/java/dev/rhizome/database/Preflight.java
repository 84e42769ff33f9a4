package dev.rhizome.database;

import io.r2dbc.spi.Readable;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Looks, as the application role, for ways in which this database would leak one tenant's rows to another. */
public final class Preflight {

    private record Rule(String name, String sql, String remedy) {}

    /** Tables of ours that hold no tenant's data. */
    private static final String UNTENANTED = "'flyway_schema_history'";

    /* Each query gives the subjects that break its rule, as text. */
    private static final List<Rule> RULES = List.of(
            new Rule(
                    "role-bypasses-rls",
                    """
                    select rolname from pg_roles
                     where (rolsuper or rolbypassrls) and pg_has_role(current_user, oid, 'member')
                    """,
                    "use a role that is neither superuser nor bypassrls, nor a member of one"),
            new Rule("role-owns-tables", """
                    select c.oid::regclass::text from pg_class c
                     where c.relnamespace = 'rhizome'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
                       and pg_has_role(current_user, c.relowner, 'member')
                    """, "let another role own the schema"),
            new Rule(
                    "rls-not-forced",
                    """
                    select c.oid::regclass::text from pg_class c
                     where c.relnamespace = 'rhizome'::regnamespace and c.relkind in ('r', 'p')
                       and c.relname not in (%s) and not (c.relrowsecurity and c.relforcerowsecurity)
                    """.formatted(UNTENANTED),
                    "call rhizome.isolate on it in the migration that makes it"),
            new Rule(
                    "no-tenant-column", """
                    select c.oid::regclass::text from pg_class c
                     where c.relnamespace = 'rhizome'::regnamespace and c.relkind in ('r', 'p')
                       and c.relname not in (%s)
                       and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id'
                                          and a.atttypid = 'uuid'::regtype and a.attnotnull)
                    """.formatted(UNTENANTED), "give it tenant_id uuid not null, first in its key"),
            new Rule("policy-missing", """
                    select c.oid::regclass::text || ' for ' || wanted.command
                      from pg_class c, (values ('r', 'select'), ('a', 'insert'), ('w', 'update'), ('d', 'delete'))
                           as wanted (code, command)
                     where c.relnamespace = 'rhizome'::regnamespace and c.relkind in ('r', 'p')
                       and c.relname not in (%s)
                       and not exists (select from pg_policy p where p.polrelid = c.oid and p.polcmd in (wanted.code, '*'))
                    """.formatted(UNTENANTED), "call rhizome.isolate on it"),
            new Rule("policy-too-wide", """
                    select p.polrelid::regclass::text || '.' || p.polname from pg_policy p
                      join pg_class c on c.oid = p.polrelid
                     where c.relnamespace = 'rhizome'::regnamespace
                       and (p.polroles = '{0}' or exists (select from unnest(p.polroles) as r
                                                           where pg_has_role(current_user, r, 'member')))
                       and (pg_get_expr(p.polqual, p.polrelid) not like '%current_tenant()%'
                            or pg_get_expr(p.polwithcheck, p.polrelid) not like '%current_tenant()%')
                    """, "compare tenant_id with rhizome.current_tenant()"),
            new Rule("view-runs-as-owner", """
                    select c.oid::regclass::text from pg_class c
                     where c.relnamespace = 'rhizome'::regnamespace and c.relkind = 'v'
                       and not coalesce('security_invoker=true' = any (c.reloptions)
                                     or 'security_invoker=on' = any (c.reloptions), false)
                    """, "create it with (security_invoker = true)"),
            new Rule("partition-reachable", """
                    select c.oid::regclass::text from pg_class c
                     where c.relnamespace = 'rhizome'::regnamespace and c.relispartition
                       and has_table_privilege(c.oid, 'select, insert, update, delete')
                    """, "revoke its privileges; the parent's policies do not hold for it"),
            new Rule("materialized-view-reachable", """
                    select c.oid::regclass::text from pg_class c
                     where c.relnamespace = 'rhizome'::regnamespace and c.relkind = 'm'
                       and has_table_privilege(c.oid, 'select')
                    """, "revoke select; row-level security does not hold for it"),
            new Rule("definer-without-search-path", """
                    select p.oid::regprocedure::text from pg_proc p
                     where p.pronamespace = 'rhizome'::regnamespace and p.prosecdef
                       and not exists (select from unnest(p.proconfig) as s where s like 'search_path=%')
                    """, "pin its search_path"),
            new Rule(
                    "postgresql-too-old",
                    """
                    select current_setting('server_version') where not (
                      current_setting('server_version_num')::integer >= 180000
                      or current_setting('server_version_num')::integer between 170006 and 179999
                      or current_setting('server_version_num')::integer between 160010 and 169999)
                    """,
                    "PostgreSQL 16.10, 17.6 or 18 is the oldest whose planner does not leak statistics"),
            new Rule("pgvector-too-old", """
                    select coalesce((select extversion from pg_extension where extname = 'vector'), 'not installed')
                     where not exists (select from pg_extension where extname = 'vector'
                                          and string_to_array(extversion, '.')::integer[] >= '{0,8}')
                    """, "pgvector 0.8 is the oldest that fills a filtered search"));

    private final UntenantedQueries queries;

    /** Looks through {@code queries}. */
    public Preflight(UntenantedQueries queries) {
        this.queries = queries;
    }

    /** Everything that is wrong, in the order of the rules; empty when the database is safe. */
    public Mono<List<Finding>> findings() {
        return Flux.fromIterable(RULES)
                .concatMap(rule -> queries.rows(Query.of(rule.sql(), Preflight::subject))
                        .map(subject -> new Finding(rule.name(), subject, rule.remedy())))
                .collectList();
    }

    /** Names of all rules. */
    public static List<String> rules() {
        return RULES.stream().map(Rule::name).toList();
    }

    private static String subject(Readable row) {
        String subject = row.get(0, String.class);
        return subject == null ? "" : subject;
    }
}
