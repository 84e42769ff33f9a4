package dev.rhizome.preflight;

import java.util.List;

/** What the role that the service logs in as may be and do. */
final class RoleRules {

    private static final String SECURITY = "PostgreSQL: Row Security Policies";
    private static final String PREDEFINED = "PostgreSQL: Predefined Roles";

    private RoleRules() {}

    static List<Rule> all() {
        return List.of(
                bypasses(),
                readsEverything(),
                owns(),
                mayCreate(),
                maySetParameters(),
                hasServerPowers(),
                ownerIsBound());
    }

    private static Rule bypasses() {
        return Rule.error("role-bypasses-rls", "Row-level security holds for the service's role")
                .risk(
                        "Every query would see the rows of every tenant: row-level security does not hold for a superuser or a"
                                + " role with bypassrls, and who replicates or reads the server's files reads past it.")
                .remedy("use a role that is neither superuser, bypassrls nor replication, nor a member of one")
                .see(SECURITY)
                .foundBy("""
                        select r.rolname::text, r.rolname::text from pg_roles r
                         where {ours} and (r.rolsuper or r.rolbypassrls or r.rolreplication or r.rolname in
                                 ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files'))
                         order by r.rolname <> session_user, r.rolname
                        """);
    }

    private static Rule readsEverything() {
        return Rule.error("role-reads-everything", "The service's role has privileges by grant only")
                .risk(
                        "A member of such a role reaches every table of the database: partitions and materialized views that have"
                                + " no policies, and the planner's statistics with values of all tenants.")
                .remedy("revoke the membership; migrations grant what the service needs")
                .see(PREDEFINED)
                .foundBy("""
                        select r.rolname::text, r.rolname::text from pg_roles r
                         where {ours} and r.rolname in ('pg_read_all_data', 'pg_write_all_data')
                           and not exists (select from pg_roles s where s.rolname = session_user and s.rolsuper)
                        """);
    }

    private static Rule owns() {
        return Rule.error("role-owns-objects", "The service's role owns nothing in the schema")
                .risk("An owner may switch row-level security off, drop policies and replace functions.")
                .remedy("let another role own the schema and all that is in it")
                .see(SECURITY)
                .foundBy("""
                        select 'schema ' || n.nspname, n.nspname::text from pg_namespace n
                         where n.nspname = 'rhizome' and pg_has_role(session_user, n.nspowner, 'member')
                         union all
                        select c.oid::regclass::text, {table} from pg_class c
                         where c.relnamespace = 'rhizome'::regnamespace and c.relkind not in ('i', 'I')
                           and pg_has_role(session_user, c.relowner, 'member')
                         union all
                        select p.oid::regprocedure::text, {routine} from pg_proc p
                         where p.pronamespace = 'rhizome'::regnamespace and pg_has_role(session_user, p.proowner, 'member')
                        """);
    }

    private static Rule mayCreate() {
        return Rule.error("role-may-create", "The service's role can make no schema, database, role or object")
                .risk(
                        "What the service makes it owns: a function of its own in front of PostgreSQL's, a copy of rows without"
                                + " policies, or a role with more rights.")
                .remedy("revoke create on it, or the attribute; what the service makes there, it would own")
                .see("PostgreSQL: Privileges; CVE-2018-1058")
                .foundBy("""
                        select 'schema ' || n.nspname, n.nspname::text from pg_namespace n
                         where exists (select from pg_roles as r where {ours} and has_schema_privilege(r.oid, n.oid, 'create'))
                         union all
                        select 'database ' || d.datname, d.datname::text from pg_database d
                         where d.datname = current_database()
                           and exists (select from pg_roles as r
                                        where {ours} and has_database_privilege(r.oid, d.oid, 'create'))
                         union all
                        select 'roles and databases, as ' || r.rolname, r.rolname::text from pg_roles r
                         where {ours} and (r.rolcreaterole or r.rolcreatedb) and not r.rolsuper
                        """);
    }

    private static Rule maySetParameters() {
        return Rule.error("role-may-set-parameters", "The service's role can set no parameter that only superusers set")
                .risk(
                        "With session_replication_role triggers and foreign keys no longer run, and with others the server loads"
                                + " code or opens its catalogue: what protects would be off for one session.")
                .remedy("revoke set and alter system on the parameter; the service needs none")
                .see("PostgreSQL: GRANT, on parameters")
                .foundBy("""
                        select a.parname, a.parname from pg_parameter_acl a
                         where exists (select from pg_roles as r
                                        where {ours} and not r.rolsuper
                                          and (has_parameter_privilege(r.oid, a.parname, 'set')
                                               or has_parameter_privilege(r.oid, a.parname, 'alter system')))
                        """);
    }

    private static Rule hasServerPowers() {
        return Rule.warning("role-has-server-powers", "The service's role is in no group for administrators")
                .risk(
                        "Such a role sees the statements and settings of other sessions, ends them or locks tables. No tenant's"
                                + " rows are shown, but whoever took the service over could do more harm.")
                .remedy("revoke the membership, and let monitoring log in by a role of its own")
                .see(PREDEFINED)
                .foundBy("""
                        select r.rolname::text, r.rolname::text from pg_roles r
                         where {ours} and r.rolname in
                                 ('pg_monitor', 'pg_read_all_settings', 'pg_read_all_stats', 'pg_stat_scan_tables',
                                  'pg_signal_backend', 'pg_signal_autovacuum_worker', 'pg_checkpoint', 'pg_maintain',
                                  'pg_create_subscription', 'pg_use_reserved_connections')
                           and not exists (select from pg_roles m where m.rolname = 'pg_monitor' and m.oid <> r.oid
                                              and pg_has_role(session_user, m.oid, 'member')
                                              and pg_has_role(m.oid, r.oid, 'member'))
                           and not exists (select from pg_roles s where s.rolname = session_user and s.rolsuper)
                        """);
    }

    private static Rule ownerIsBound() {
        return Rule.warning("owner-too-powerful", "Row-level security holds for the owner, too")
                .risk(
                        "Functions that run as the owner are written for an owner whom row-level security binds. As a superuser's"
                                + " they see all rows, and a mistake in one shows them.")
                .remedy("let a role that is neither superuser nor bypassrls own it, as bootstrap.sql makes it")
                .see(SECURITY)
                .foundBy("""
                        select 'schema ' || n.nspname || ', owned by ' || r.rolname, n.nspname::text
                          from pg_namespace n join pg_roles r on r.oid = n.nspowner
                         where n.nspname = 'rhizome' and (r.rolsuper or r.rolbypassrls)
                         union all
                        select p.oid::regprocedure::text || ', owned by ' || r.rolname, {routine}
                          from pg_proc p join pg_roles r on r.oid = p.proowner
                         where p.oid = any ({definers}::oid[]) and p.prosecdef and (r.rolsuper or r.rolbypassrls)
                           and p.proowner <> (select n.nspowner from pg_namespace n where n.nspname = 'rhizome')
                        """);
    }
}
