package dev.rhizome.preflight;

import java.util.List;

/** The tenant of a session, and the policies that compare rows with it. */
final class PolicyRules {

    private static final String POLICIES = "PostgreSQL: CREATE POLICY";

    private PolicyRules() {}

    static List<Rule> all() {
        return List.of(noTenantIsPreset(), tenantFunctionIsOurs(), areThere(), areNarrow(), hideNothing());
    }

    private static Rule noTenantIsPreset() {
        return Rule.error("tenant-preset", "A new session has no tenant")
                .risk("A transaction that names no tenant would be that tenant's instead of nobody's.")
                .remedy("reset app.current_tenant for the role, the database and the server; only transactions set it")
                .see("docs/adr/0001")
                .foundBy("""
                        select 'app.current_tenant is ' || current_setting('app.current_tenant', true), 'app.current_tenant'
                         where coalesce(current_setting('app.current_tenant', true), '') <> ''
                        """);
    }

    private static Rule tenantFunctionIsOurs() {
        return Rule.error("tenant-function-altered", "current_tenant() gives the transaction's tenant and nothing else")
                .risk(
                        "Every policy asks this function whose rows may be seen. Another body, such as one with a default, answers"
                                + " for every table at once.")
                .remedy("make it again as the migration V001 does")
                .see("docs/adr/0001; migrations/V001__tenancy.sql")
                .foundBy("""
                        select 'current_tenant()', {routine} from pg_proc p
                         where p.oid = to_regprocedure('rhizome.current_tenant()')
                           and (pg_get_function_sqlbody(p.oid) is distinct from
                                  'RETURN (NULLIF(current_setting(''app.current_tenant''::text, true), ''''::text))::uuid'
                                or p.prosecdef or p.proleakproof or p.provolatile <> 's' or p.proconfig is not null)
                        """);
    }

    private static Rule areThere() {
        return Rule.error("policy-missing", "Every table of tenants has a policy for each command")
                .risk(
                        "Without one the service sees no row, or cannot write: what a tenant stored is as if it were lost.")
                .remedy("call rhizome.isolate on it")
                .see(POLICIES)
                .foundBy("""
                        select c.oid::regclass::text || ' for ' || wanted.command, {table}
                          from pg_class c, (values ('r', 'select'), ('a', 'insert'), ('w', 'update'), ('d', 'delete'))
                               as wanted (code, command)
                         where {tenant tables}
                           and not exists (select from pg_policy p
                                            where p.polrelid = c.oid and p.polcmd in (wanted.code::"char", '*')
                                              and p.polpermissive and {for us})
                        """);
    }

    private static Rule areNarrow() {
        return Rule.error("policy-too-wide", "Every policy lets through the tenant's own rows and nothing else")
                .risk(
                        "Policies that permit are joined by or, so one that is wider opens the table. One that calls the function"
                                + " in a sub-select hides the tenant's size from the planner.")
                .remedy("let it be tenant_id = rhizome.current_tenant() and nothing else")
                .see(POLICIES)
                .foundBy("""
                        select p.polrelid::regclass::text || '.' || p.polname, {table} from pg_policy p
                          join pg_class c on c.oid = p.polrelid
                         where c.relnamespace = 'rhizome'::regnamespace and p.polpermissive and {for us}
                           and (pg_get_expr(p.polqual, p.polrelid) not in ({own})
                                or pg_get_expr(p.polwithcheck, p.polrelid) not in ({own}))
                        """);
    }

    private static Rule hideNothing() {
        return Rule.warning("policy-hides-rows", "No policy hides rows from their own tenant")
                .risk(
                        "A restrictive policy takes rows away from who owns them, so answers are incomplete and nothing says so.")
                .remedy("drop it; what a tenant may not see is decided by the service")
                .see(POLICIES)
                .foundBy("""
                        select p.polrelid::regclass::text || '.' || p.polname, {table} from pg_policy p
                          join pg_class c on c.oid = p.polrelid
                         where c.relnamespace = 'rhizome'::regnamespace and not p.polpermissive and {for us}
                           -- as a guest nobody reads what is its own
                           and p.polroles <> array(select g.oid from pg_roles g where g.rolname = 'rhizome_guest')
                        """);
    }
}
