package dev.rhizome.preflight;

import java.util.List;

/** How the schema's tables and views are protected. */
final class TableRules {

    private static final String SECURITY = "PostgreSQL: Row Security Policies";

    private TableRules() {}

    static List<Rule> all() {
        return List.of(
                isForced(),
                hasTenant(),
                viewsRunAsInvoker(),
                partitionsAreUnreachable(),
                nothingReachableIsWithoutPolicies(),
                nothingElsewhereIsReachable(),
                noRewriteRules(),
                nothingIsPublished(),
                noLargeObjects());
    }

    private static Rule isForced() {
        return Rule.error("rls-not-forced", "Row-level security is enabled and forced on every table of tenants")
                .risk("Without it every query of such a table sees the rows of all tenants; where it is not forced, the"
                        + " functions that run as the table's owner do.")
                .remedy("call rhizome.isolate on it in the migration that makes it")
                .see(SECURITY)
                .foundBy("""
                        select c.oid::regclass::text, {table} from pg_class c
                         where {tenant tables} and not (c.relrowsecurity and c.relforcerowsecurity)
                        """);
    }

    private static Rule hasTenant() {
        return Rule.error("no-tenant-column", "Every table of tenants says of each row whose it is")
                .risk("A row without a tenant is nobody's: no policy can tell who may see it.")
                .remedy("give it tenant_id uuid not null, first in its key")
                .see("docs/data-model.md")
                .foundBy("""
                        select c.oid::regclass::text, {table} from pg_class c
                         where {tenant tables}
                           and not exists (select from pg_attribute a
                                            where a.attrelid = c.oid and a.attname = 'tenant_id'
                                              and a.atttypid = 'uuid'::regtype and a.attnotnull)
                        """);
    }

    private static Rule viewsRunAsInvoker() {
        return Rule.error("view-runs-as-owner", "Every view reads with the rights of who asks")
                .risk(
                        "A view reads its tables as its owner unless it is told otherwise, so the policies are the owner's.")
                .remedy("create it with (security_invoker = true)")
                .see("PostgreSQL: CREATE VIEW, security_invoker")
                .foundBy("""
                        select c.oid::regclass::text, {table} from pg_class c
                         where c.relnamespace = 'rhizome'::regnamespace and c.relkind = 'v'
                           and not exists (select from pg_options_to_table(c.reloptions)
                                            where option_name = 'security_invoker' and option_value::boolean)
                        """);
    }

    private static Rule partitionsAreUnreachable() {
        return Rule.error("partition-reachable", "Partitions are reached through their table only")
                .risk("A partition that is asked by its own name is read without the policies of its table.")
                .remedy("revoke its privileges; the parent's policies do not hold for it")
                .see(SECURITY)
                .foundBy("""
                        select c.oid::regclass::text, {table} from pg_class c
                         where c.relnamespace = 'rhizome'::regnamespace and c.relispartition and {reachable}
                        """);
    }

    private static Rule nothingReachableIsWithoutPolicies() {
        return Rule.error("reachable-without-rls", "The service reaches nothing that can have no policies")
                .risk(
                        "Row-level security does not exist for them. A materialized view holds a copy of all tenants' rows, and a"
                                + " sequence tells how much others write.")
                .remedy("revoke its privileges; materialized views, foreign tables and sequences have no policies")
                .see("PostgreSQL: CREATE POLICY; CVE-2024-0985")
                .foundBy("""
                        select c.oid::regclass::text, {table} from pg_class c
                         where c.relnamespace = 'rhizome'::regnamespace and c.relkind in ('m', 'f', 'S') and {reachable}
                        """);
    }

    private static Rule nothingElsewhereIsReachable() {
        return Rule.error(
                        "reachable-outside-schema",
                        "The service reaches no table or view outside of the schema rhizome")
                .risk(
                        "What lies elsewhere was not made by the migrations, so nothing says that it keeps tenants apart: a copy"
                                + " of a table, or a view that reads as its owner.")
                .remedy("revoke its privileges; the service reads the schema rhizome and nothing else")
                .see("docs/adr/0001")
                .foundBy("""
                        select n.nspname || '.' || c.relname, {table}
                          from pg_class c join pg_namespace n on n.oid = c.relnamespace
                         where {relation elsewhere} and c.relkind in ('r', 'p', 'v', 'm', 'f') and {reachable}
                        """);
    }

    private static Rule noRewriteRules() {
        return Rule.error("rewrite-rule", "No rewrite rule changes what a statement on a table does")
                .risk(
                        "A rule's own statements read and write with the rights of the table's owner, so that it can copy one"
                                + " tenant's rows to where another finds them.")
                .remedy("drop the rule; no migration makes one")
                .see("PostgreSQL: Rules and Privileges")
                .foundBy("""
                        select w.rulename || ' on ' || c.oid::regclass::text, {table}
                          from pg_rewrite w join pg_class c on c.oid = w.ev_class
                         where c.relnamespace = 'rhizome'::regnamespace and w.rulename <> '_RETURN'
                        """);
    }

    private static Rule nothingIsPublished() {
        return Rule.warning("table-is-published", "No table of tenants is published for logical replication")
                .risk(
                        "A publication sends the rows of all tenants: policies do not hold for it, and the receiving server has to"
                                + " keep them apart itself.")
                .remedy("drop the publication, or be sure that its subscriber may have every tenant's rows")
                .see("PostgreSQL: Logical Replication, Security")
                .foundBy("""
                        select p.pubname || ', of ' || count(*) || ' tables', p.pubname::text
                          from pg_publication_tables p where p.schemaname = 'rhizome' group by p.pubname
                        """);
    }

    private static Rule noLargeObjects() {
        return Rule.warning("large-object-reachable", "The service reaches no large object")
                .risk(
                        "Large objects have no policies. The service stores none, so whatever is there is shown to who asks for"
                                + " its number.")
                .remedy("revoke their privileges or remove them with lo_unlink, and switch lo_compat_privileges off")
                .see("PostgreSQL: Large Objects")
                .foundBy("""
                        select count(*) || ' large objects', 'pg_largeobject' from pg_largeobject_metadata m
                         where current_setting('lo_compat_privileges')::boolean
                            or pg_has_role(session_user, m.lomowner, 'member')
                            or exists (select from aclexplode(m.lomacl) a
                                        where case when a.grantee = 0 then true
                                                   else pg_has_role(session_user, a.grantee, 'member') end)
                        having count(*) > 0
                        """);
    }
}
