package dev.rhizome.preflight;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Parts of SQL that several rules share. A rule names one as {@code {reachable}}. */
final class Fragments {

    private static final Pattern NAME = Pattern.compile("\\{([a-z ]+)}");

    /** Functions that may run as the owner, to see past one tenant or to do what the service has no grant for. */
    private static final String DEFINERS = Stream.of(
                    "list_tenants(text, integer)",
                    "close_tenant(text, text, text)",
                    "suspend_tenant(boolean)",
                    "end_tenant()",
                    "received_grants(uuid, integer)",
                    "visit(text[], text, text, text)",
                    "give_grant(uuid, uuid, text, text[], jsonb, text[], timestamptz, text, bigint, bigint)",
                    "revoke_grant(uuid, text)",
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
                    "federated_figure(text, text, text, date)",
                    "prune_events(bigint, integer)",
                    "events_to_roll_up()",
                    "events_to_retain(interval)",
                    "provenance_due_for_checkpoint(integer)")
            .map("to_regprocedure('rhizome.%s')"::formatted)
            .collect(Collectors.joining(", ", "array[", "]"));

    /* Later ones may name earlier ones. r is a role, c a relation, p a function or a policy, n a schema. */
    private static final Map<String, String> TEXTS = Map.ofEntries(
            // Tables of ours that hold no tenant's data.
            Map.entry("untenanted", "'flyway_schema_history', 'vector_spaces', 'installation'"),
            // Unique across tenants on purpose: the operator chooses slugs, no tenant writes them.
            Map.entry("untenanted keys", "'tenants_slug_unique'"),
            // Not valid on purpose: the rows that were there had passed the check as it was before
            // (R__vector_spaces.sql).
            Map.entry("unvalidated", "'vectors_dimension'"),
            Map.entry("definers", DEFINERS),
            // The one condition that a permissive policy may have, as PostgreSQL prints it.
            Map.entry("own", "'(tenant_id = current_tenant())', '(tenant_id = rhizome.current_tenant())'"),
            // r is the role that logged in, or one that it inherits from or may change to.
            Map.entry("ours", "pg_has_role(session_user, r.oid, 'member')"),
            // As {ours}, without those that may read or write everything, of which other rules tell.
            Map.entry("ours by grant", """
                    (pg_has_role(session_user, r.oid, 'member') and not r.rolsuper
                       and not pg_has_role(r.oid, 'pg_read_all_data', 'usage')
                       and not pg_has_role(r.oid, 'pg_write_all_data', 'usage'))"""),
            Map.entry("table", "c.relnamespace::regnamespace::text || '.' || quote_ident(c.relname)"),
            Map.entry("routine", """
                    p.pronamespace::regnamespace::text || '.' || quote_ident(p.proname)
                       || '(' || pg_get_function_identity_arguments(p.oid) || ')'"""),
            Map.entry("tenant tables", """
                    c.relnamespace = 'rhizome'::regnamespace and c.relkind in ('r', 'p')
                       and c.relname not in ('flyway_schema_history', 'vector_spaces', 'installation')"""),
            // Whether the relation c can be read or written, in whole or in a column.
            Map.entry("reachable", """
                    exists (select from pg_roles as r where {ours by grant} and has_schema_privilege(r.oid, c.relnamespace, 'usage')
                       and case when c.relkind = 'S' then has_sequence_privilege(r.oid, c.oid, 'usage, select, update')
                           else has_table_privilege(r.oid, c.oid, 'select, insert, update, delete')
                             or has_any_column_privilege(r.oid, c.oid, 'select, insert, update') end)"""),
            // Whether the policy p holds for us.
            Map.entry("for us", """
                    (p.polroles = '{0}' or exists (select from pg_roles as r where r.oid = any (p.polroles) and {ours}))"""),
            // Whether the relation c, or the function p, in the schema n is neither ours nor an extension's.
            Map.entry("relation elsewhere", elsewhere("c", "pg_class")),
            Map.entry("routine elsewhere", elsewhere("p", "pg_proc")));

    private Fragments() {}

    private static String elsewhere(String object, String catalogue) {
        return """
                n.nspname not in ('rhizome', 'information_schema') and n.nspname not like 'pg\\_%%'
                       and not exists (select from pg_depend d where d.objid = %s.oid and d.deptype = 'e'
                                          and d.classid = '%s'::regclass)""".formatted(object, catalogue);
    }

    /** The text with all names of fragments replaced. */
    static String in(String sql) {
        String text = sql;
        Matcher names = NAME.matcher(text);
        while (names.find()) {
            text = names.replaceAll(name -> Matcher.quoteReplacement(fragment(name.group(1))));
            names = NAME.matcher(text);
        }
        return text;
    }

    private static String fragment(String name) {
        String text = TEXTS.get(name);
        if (text == null) {
            throw new IllegalArgumentException("there is no fragment " + name);
        }
        return text;
    }
}
