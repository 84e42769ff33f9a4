package dev.rhizome.database;

import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Looks, as the application role, for ways in which this database would leak one tenant's rows to another. */
public final class Preflight {

    private record Rule(String name, String sql, String remedy) {}

    /** Tables of ours that hold no tenant's data. */
    private static final String UNTENANTED = "'flyway_schema_history', 'vector_spaces', 'installation'";

    /** Unique across tenants on purpose: the operator chooses slugs, no tenant writes them. */
    private static final String UNTENANTED_KEYS = "'tenants_slug_unique'";

    /** Functions that may run as the owner, to see past one tenant or to do what the service has no grant for. */
    private static final String DEFINERS = Stream.of(
                    "list_tenants(text, integer)",
                    "close_tenant(text, text, text)",
                    "suspend_tenant(boolean)",
                    "end_tenant()",
                    "look_at_vectors(integer)",
                    "vector_moves(integer, integer, interval, interval)",
                    "begin_rehousing(uuid, text)",
                    "index_vectors(uuid, text, integer, integer, integer, integer, real, integer)",
                    "drop_left_home(uuid)",
                    "drop_vector_tables()",
                    "open_reembedding_jobs(text[])",
                    "tenants_with_late_vectors(text[])",
                    "tenants_free_for_job(text, uuid[])",
                    "purge_append_only(integer)",
                    "add_event_partition(date)",
                    "prune_events(bigint, integer)",
                    "events_to_roll_up()",
                    "events_to_retain(interval)",
                    "provenance_due_for_checkpoint(integer)")
            .map("to_regprocedure('rhizome.%s')"::formatted)
            .collect(Collectors.joining(", ", "array[", "]"));

    /** The one condition that a permissive policy may have, as PostgreSQL prints it. */
    private static final String OWN = "'(tenant_id = current_tenant())', '(tenant_id = rhizome.current_tenant())'";

    /** {@code r} is the role that logged in, or one that it inherits from or may change to. */
    private static final String OURS = "pg_has_role(session_user, r.oid, 'member')";

    /** Whether the relation {@code c} can be read or written, in whole or in a column. */
    private static final String REACHABLE = """
            exists (select from pg_roles as r where %s and has_schema_privilege(r.oid, c.relnamespace, 'usage')
                       and case when c.relkind = 'S' then has_sequence_privilege(r.oid, c.oid, 'usage, select, update')
                           else has_table_privilege(r.oid, c.oid, 'select, insert, update, delete')
                             or has_any_column_privilege(r.oid, c.oid, 'select, insert, update') end)
            """.formatted(OURS);

    /** Whether the policy {@code p} lets rows through to us. */
    private static final String LETS_THROUGH = """
            p.polpermissive and (p.polroles = '{0}' or exists (select from pg_roles as r
                                                                where r.oid = any (p.polroles) and %s))
            """.formatted(OURS);

    /** Whether the object {@code %1$s} of the catalogue {@code %2$s} is neither ours nor an extension's. */
    private static final String ELSEWHERE = """
            n.nspname not in ('rhizome', 'information_schema') and n.nspname not like 'pg\\_%%'
                       and not exists (select from pg_depend d where d.objid = %1$s.oid and d.deptype = 'e'
                                          and d.classid = '%2$s'::regclass)
            """;

    /* Each query gives the subjects that break its rule, as text. */
    private static final List<Rule> RULES = List.of(
            new Rule(
                    "role-bypasses-rls",
                    """
                    select r.rolname from pg_roles r
                     where %s and (r.rolsuper or r.rolbypassrls or r.rolreplication or r.rolname in
                             ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files'))
                     order by r.rolname <> session_user, r.rolname
                    """.formatted(OURS),
                    "use a role that is neither superuser, bypassrls nor replication, nor a member of one"),
            new Rule("role-owns-objects", """
                    select 'schema ' || n.nspname from pg_namespace n
                     where n.nspname = 'rhizome' and pg_has_role(session_user, n.nspowner, 'member')
                     union all
                    select c.oid::regclass::text from pg_class c
                     where c.relnamespace = 'rhizome'::regnamespace and c.relkind not in ('i', 'I')
                       and pg_has_role(session_user, c.relowner, 'member')
                     union all
                    select p.oid::regprocedure::text from pg_proc p
                     where p.pronamespace = 'rhizome'::regnamespace and pg_has_role(session_user, p.proowner, 'member')
                    """, "let another role own the schema and all that is in it"),
            new Rule(
                    "role-may-create",
                    """
                    select 'schema ' || n.nspname from pg_namespace n
                     where exists (select from pg_roles as r where %s and has_schema_privilege(r.oid, n.oid, 'create'))
                     union all
                    select 'database ' || d.datname from pg_database d
                     where d.datname = current_database()
                       and exists (select from pg_roles as r
                                    where %s and has_database_privilege(r.oid, d.oid, 'create'))
                    """.formatted(OURS, OURS),
                    "revoke create on it; what the service makes there, it would own"),
            new Rule(
                    "tenant-preset",
                    """
                    select 'current_tenant() is ' || rhizome.current_tenant() where rhizome.current_tenant() is not null
                    """,
                    "reset it for the role and for the database, or mend the function; only transactions set it"),
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
            new Rule(
                    "key-not-by-tenant",
                    """
                    select i.indexrelid::regclass::text || ' of ' || c.oid::regclass::text
                      from pg_index i join pg_class c on c.oid = i.indrelid join pg_class k on k.oid = i.indexrelid
                     where c.relnamespace = 'rhizome'::regnamespace and c.relname not in (%s)
                       and k.relname not in (%s) and i.indisunique
                       and not exists (select from pg_attribute a
                                        where a.attrelid = c.oid and a.attnum = i.indkey[0] and a.attname = 'tenant_id')
                     union all
                    select k.conname || ' of ' || c.oid::regclass::text
                      from pg_constraint k join pg_class c on c.oid = k.conrelid
                     where c.relnamespace = 'rhizome'::regnamespace and k.contype = 'f'
                       and not exists (select from pg_attribute a, pg_attribute b
                                        where a.attrelid = k.conrelid and a.attnum = k.conkey[1]
                                          and b.attrelid = k.confrelid and b.attnum = k.confkey[1]
                                          and a.attname = 'tenant_id' and b.attname = 'tenant_id')
                    """.formatted(UNTENANTED, UNTENANTED_KEYS),
                    "start it with tenant_id on both sides; keys are checked past row-level security"),
            new Rule("policy-missing", """
                    select c.oid::regclass::text || ' for ' || wanted.command
                      from pg_class c, (values ('r', 'select'), ('a', 'insert'), ('w', 'update'), ('d', 'delete'))
                           as wanted (code, command)
                     where c.relnamespace = 'rhizome'::regnamespace and c.relkind in ('r', 'p')
                       and c.relname not in (%s)
                       and not exists (select from pg_policy p
                                        where p.polrelid = c.oid and p.polcmd in (wanted.code, '*') and %s)
                    """.formatted(UNTENANTED, LETS_THROUGH), "call rhizome.isolate on it"),
            new Rule(
                    "policy-too-wide",
                    """
                    select p.polrelid::regclass::text || '.' || p.polname from pg_policy p
                      join pg_class c on c.oid = p.polrelid
                     where c.relnamespace = 'rhizome'::regnamespace and %s
                       and (pg_get_expr(p.polqual, p.polrelid) not in (%s)
                            or pg_get_expr(p.polwithcheck, p.polrelid) not in (%s))
                    """.formatted(LETS_THROUGH, OWN, OWN),
                    "let it be tenant_id = rhizome.current_tenant() and nothing else"),
            new Rule("privilege-past-rls", """
                    select wanted.privilege || ' on ' || c.oid::regclass::text
                      from pg_class c, unnest(array['truncate', 'references', 'trigger']) as wanted (privilege)
                     where c.relnamespace = 'rhizome'::regnamespace and c.relkind in ('r', 'p')
                       and not pg_has_role(session_user, c.relowner, 'member') -- role-owns-objects
                       and exists (select from pg_roles as r where %s
                                      and (has_table_privilege(r.oid, c.oid, wanted.privilege)
                                           or wanted.privilege = 'references'
                                              and has_any_column_privilege(r.oid, c.oid, 'references')))
                    """.formatted(OURS), "revoke it; row-level security does not hold for it"),
            new Rule("view-runs-as-owner", """
                    select c.oid::regclass::text from pg_class c
                     where c.relnamespace = 'rhizome'::regnamespace and c.relkind = 'v'
                       and not exists (select from pg_options_to_table(c.reloptions)
                                        where option_name = 'security_invoker' and option_value::boolean)
                    """, "create it with (security_invoker = true)"),
            new Rule(
                    "partition-reachable",
                    """
                    select c.oid::regclass::text from pg_class c
                     where c.relnamespace = 'rhizome'::regnamespace and c.relispartition and %s
                    """.formatted(REACHABLE),
                    "revoke its privileges; the parent's policies do not hold for it"),
            new Rule(
                    "reachable-without-rls",
                    """
                    select c.oid::regclass::text from pg_class c
                     where c.relnamespace = 'rhizome'::regnamespace and c.relkind in ('m', 'f', 'S') and %s
                    """.formatted(REACHABLE),
                    "revoke its privileges; materialized views, foreign tables and sequences have no policies"),
            new Rule(
                    "reachable-outside-schema",
                    """
                    select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                     where %s and c.relkind in ('r', 'p', 'v', 'm', 'f') and %s
                    """.formatted(ELSEWHERE.formatted("c", "pg_class"), REACHABLE),
                    "revoke its privileges; the service reads the schema rhizome and nothing else"),
            new Rule(
                    "definer-not-allowed",
                    """
                    select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                     where p.prosecdef and not coalesce(p.oid = any (%s::oid[]), false)
                       and (n.nspname = 'rhizome'
                            or exists (select from pg_roles as r
                                        where %s and has_function_privilege(r.oid, p.oid, 'execute')
                                          and has_schema_privilege(r.oid, n.oid, 'usage')) and %s)
                    """.formatted(DEFINERS, OURS, ELSEWHERE.formatted("p", "pg_proc")),
                    "make it security invoker; few functions may run as the owner, and docs/data-model.md says why each does"),
            new Rule("definer-without-search-path", """
                    select p.oid::regprocedure::text from pg_proc p
                     where p.pronamespace = 'rhizome'::regnamespace and p.prosecdef
                       and not exists (select from unnest(p.proconfig) as s where s like 'search_path=%pg_temp')
                    """, "pin its search_path, pg_temp last"),
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
