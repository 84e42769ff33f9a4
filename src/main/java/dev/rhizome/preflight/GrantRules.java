package dev.rhizome.preflight;

import java.util.List;

/** Privileges that row-level security does not bound, and those that others have. */
final class GrantRules {

    private static final String PRIVILEGES = "PostgreSQL: Privileges";

    private GrantRules() {}

    static List<Rule> all() {
        return List.of(
                nonePastPolicies(),
                sharedTablesAreRead(),
                appendOnlyTablesAreAddedTo(),
                statesAreTheOwners(),
                newObjectsAreClosed(),
                nothingIsForEverybody(),
                catalogueIsClosed(),
                filesAreClosed(),
                noWayOut());
    }

    private static Rule nonePastPolicies() {
        return Rule.error("privilege-past-rls", "The service has no privilege on a table that policies do not bound")
                .risk(
                        "Truncate empties a table of all tenants, references asks by a foreign key which values others have, and"
                                + " trigger is given their rows.")
                .remedy("revoke it; row-level security does not hold for it")
                .see("PostgreSQL: Row Security Policies")
                .foundBy("""
                        select wanted.privilege || ' on ' || c.oid::regclass::text, {table}
                          from pg_class c, unnest(array['truncate', 'references', 'trigger']) as wanted (privilege)
                         where c.relnamespace = 'rhizome'::regnamespace and c.relkind in ('r', 'p')
                           and not pg_has_role(session_user, c.relowner, 'member') -- role-owns-objects
                           and exists (select from pg_roles as r where {ours}
                                          and (has_table_privilege(r.oid, c.oid, wanted.privilege)
                                               or wanted.privilege = 'references'
                                                  and has_any_column_privilege(r.oid, c.oid, 'references')))
                        """);
    }

    private static Rule sharedTablesAreRead() {
        return Rule.error("shared-table-writable", "The service only reads the tables that belong to no tenant")
                .risk("They have no policies: what is written there on behalf of one tenant is what all others read.")
                .remedy("revoke insert, update and delete; migrations write it")
                .see("docs/data-model.md")
                .foundBy("""
                        select c.oid::regclass::text, {table} from pg_class c
                         where c.relnamespace = 'rhizome'::regnamespace and c.relname in ({untenanted})
                           and not pg_has_role(session_user, c.relowner, 'member') -- role-owns-objects
                           and exists (select from pg_roles as r where {ours by grant}
                                          and (has_table_privilege(r.oid, c.oid, 'insert, update, delete')
                                               or has_any_column_privilege(r.oid, c.oid, 'insert, update')))
                        """);
    }

    private static Rule appendOnlyTablesAreAddedTo() {
        return Rule.error("append-only-weakened", "Ledgers and the audit can only be added to")
                .risk("What was recorded could be changed or removed by the service, and so by whoever takes it over.")
                .remedy("revoke update and delete on it, and call rhizome.make_append_only where the trigger is gone")
                .see("docs/adr/0015")
                .foundBy("""
                        select wanted.privilege || ' on ' || c.oid::regclass::text, {table}
                          from pg_class c, unnest(array['update', 'delete']) as wanted (privilege)
                         where c.relnamespace = 'rhizome'::regnamespace and c.relname = any ($1)
                           and not pg_has_role(session_user, c.relowner, 'member') -- role-owns-objects
                           and exists (select from pg_roles as r where {ours by grant}
                                          and (has_table_privilege(r.oid, c.oid, wanted.privilege)
                                               or wanted.privilege = 'update'
                                                  and has_any_column_privilege(r.oid, c.oid, 'update')))
                         union all
                        select c.oid::regclass::text || ' without its trigger', {table} from pg_class c
                         where c.relnamespace = 'rhizome'::regnamespace and c.relname = any ($1)
                           and not exists (select from pg_trigger t
                                            where t.tgrelid = c.oid
                                              and t.tgfoid = to_regprocedure('rhizome.refuse_change()'))
                        """, (Object) ShippedSchema.appendOnlyTables());
    }

    private static Rule statesAreTheOwners() {
        return Rule.error("tenant-state-writable", "Only functions of the owner decide what becomes of a tenant")
                .risk(
                        "A tenant that is being removed could be opened again, and its chains begun anew as if they had never been.")
                .remedy("revoke it; close_tenant, suspend_tenant and end_tenant do what is needed")
                .see("docs/adr/0033")
                .foundBy("""
                        select 'update of status on ' || c.oid::regclass::text, {table} from pg_class c
                         where c.oid = to_regclass('rhizome.tenants')
                           and not pg_has_role(session_user, c.relowner, 'member') -- role-owns-objects
                           and exists (select from pg_roles as r
                                        where {ours by grant} and has_column_privilege(r.oid, c.oid, 'status', 'update'))
                         union all
                        select 'delete on ' || c.oid::regclass::text, {table} from pg_class c
                         where c.relnamespace = 'rhizome'::regnamespace
                           and c.relname in ('tenants', 'provenance_chains', 'event_chains')
                           and not pg_has_role(session_user, c.relowner, 'member') -- role-owns-objects
                           and exists (select from pg_roles as r
                                        where {ours by grant} and has_table_privilege(r.oid, c.oid, 'delete'))
                        """);
    }

    private static Rule newObjectsAreClosed() {
        return Rule.error("default-privileges-too-wide", "What the owner makes is closed until a migration opens it")
                .risk(
                        "The service makes tables while it runs, for large tenants and for each month's events. They would be open"
                                + " from their first moment.")
                .remedy("alter default privileges … revoke …; migrations grant what is needed by name")
                .see("PostgreSQL: ALTER DEFAULT PRIVILEGES")
                .foundBy("""
                        select distinct 'new ' || case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences'
                                                    when 'f' then 'functions' else 'schemas' end
                               || ' for ' || case when a.grantee = 0 then 'everybody' else a.grantee::regrole::text end,
                               'rhizome'
                          from pg_default_acl d cross join lateral aclexplode(d.defaclacl) as a
                         where d.defaclobjtype in ('r', 'S', 'f', 'n')
                           and (d.defaclnamespace = 'rhizome'::regnamespace
                                or d.defaclnamespace = 0
                                   and d.defaclrole = (select n.nspowner from pg_namespace n where n.nspname = 'rhizome'))
                           and case when a.grantee = 0 then true
                                    else a.grantee <> d.defaclrole and pg_has_role(session_user, a.grantee, 'member') end
                        """);
    }

    private static Rule nothingIsForEverybody() {
        return Rule.warning("granted-to-everybody", "The schema and its tables are granted to named roles only")
                .risk(
                        "Every role of the server has it. Policies hold for such a role too, but it can name any tenant it likes.")
                .remedy("revoke it from public")
                .see(PRIVILEGES)
                .foundBy("""
                        select 'schema ' || n.nspname, n.nspname::text
                          from pg_namespace n cross join lateral aclexplode(n.nspacl) as a
                         where n.nspname = 'rhizome' and a.grantee = 0 and a.privilege_type = 'USAGE'
                         union all
                        select lower(a.privilege_type) || ' on ' || c.oid::regclass::text, {table}
                          from pg_class c cross join lateral aclexplode(c.relacl) as a
                         where c.relnamespace = 'rhizome'::regnamespace and c.relkind in ('r', 'p') and a.grantee = 0
                           and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
                        """);
    }

    private static Rule catalogueIsClosed() {
        return Rule.error(
                        "catalogue-readable",
                        "The service reads no statistics and no secrets of the server's catalogue")
                .risk(
                        "The planner's statistics hold values of all tenants' rows, and other parts of the catalogue hold password"
                                + " hashes. The views over them leave out what a role may not see; the tables do not.")
                .remedy("revoke select on it")
                .see("PostgreSQL: pg_statistic, pg_authid; CVE-2025-8713, CVE-2019-10130")
                .foundBy("""
                        select c.oid::regclass::text, {table} from pg_class c
                         where c.relnamespace = 'pg_catalog'::regnamespace
                           and c.relname in ('pg_statistic', 'pg_statistic_ext_data', 'pg_authid', 'pg_largeobject', 'pg_user_mapping')
                           and exists (select from pg_roles as r where {ours by grant}
                                          and (has_table_privilege(r.oid, c.oid, 'select')
                                               or has_any_column_privilege(r.oid, c.oid, 'select')))
                        """);
    }

    private static Rule filesAreClosed() {
        return Rule.error(
                        "server-files-readable",
                        "The service calls no function that reads or writes the server's files")
                .risk("The files of the server are the rows of all tenants, and its log may be too.")
                .remedy("revoke execute on it")
                .see("PostgreSQL: Generic File Access Functions")
                .foundBy("""
                        select p.oid::regprocedure::text, {routine} from pg_proc p
                         where p.pronamespace = 'pg_catalog'::regnamespace
                           and p.proname in ('pg_read_file', 'pg_read_binary_file', 'pg_ls_dir', 'pg_stat_file', 'lo_import',
                                             'lo_export')
                           and exists (select from pg_roles as r where {ours by grant}
                                          and has_function_privilege(r.oid, p.oid, 'execute'))
                        """);
    }

    private static Rule noWayOut() {
        return Rule.warning(
                        "reaches-other-servers", "Nothing in the database reaches other servers or runs other programs")
                .risk("Statements could send rows elsewhere, or come back to this server as another role.")
                .remedy("drop the extension or the language, or revoke usage on the foreign server")
                .see("PostgreSQL: dblink; Foreign Data; Procedural Languages")
                .foundBy("""
                        select 'extension ' || e.extname, e.extname::text from pg_extension e
                         where e.extname in ('dblink', 'adminpack', 'http', 'pg_net', 'pg_cron', 'pg_background')
                            or e.extname like '%\\_fdw'
                         union all
                        select 'language ' || l.lanname, l.lanname::text from pg_language l
                         where l.lanispl and not l.lanpltrusted
                         union all
                        select 'server ' || s.srvname, s.srvname::text from pg_foreign_server s
                         where exists (select from pg_roles as r
                                        where {ours by grant} and has_server_privilege(r.oid, s.oid, 'usage'))
                        """);
    }
}
