package dev.rhizome.preflight;

import java.util.List;

/** The role as which what another tenant shares is read, and the policies for it. */
final class GuestRules {

    private static final String ADR = "docs/adr/0040; migrations/V026__sharing.sql";

    private GuestRules() {}

    static List<Rule> all() {
        return List.of(isWeak(), isBound());
    }

    private static Rule isWeak() {
        return Rule.error("guest-too-powerful", "As a guest the service only reads, and is one only when it says so")
                .risk(
                        "Whoever reads what another tenant shares could write there; or the service would be a guest also where it"
                                + " reads a tenant's own rows, and see none of them.")
                .remedy("revoke it; bootstrap.sql and the migrations give rhizome_guest what it needs")
                .see(ADR)
                .foundBy("""
                        select wanted.privilege || ' on ' || c.oid::regclass::text, {table}
                          from pg_class c, unnest(array['insert', 'update', 'delete']) as wanted (privilege)
                         where c.relnamespace = 'rhizome'::regnamespace and c.relkind in ('r', 'p')
                           and exists (select from pg_roles g where g.rolname = 'rhizome_guest'
                                          and (has_table_privilege(g.oid, c.oid, wanted.privilege)
                                               or wanted.privilege <> 'delete'
                                                  and has_any_column_privilege(g.oid, c.oid, wanted.privilege)))
                         union all
                        select 'execute on ' || p.oid::regprocedure::text, {routine} from pg_proc p
                         where p.pronamespace = 'rhizome'::regnamespace and p.prosecdef
                           and exists (select from aclexplode(p.proacl) as a join pg_roles g on g.oid = a.grantee
                                        where g.rolname = 'rhizome_guest')
                         union all
                        select 'rhizome_guest, inherited', 'rhizome_guest' from pg_roles g
                         where g.rolname = 'rhizome_guest' and pg_has_role(session_user, g.oid, 'usage')
                           and not exists (select from pg_roles s where s.rolname = session_user and s.rolsuper)
                        """);
    }

    private static Rule isBound() {
        return Rule.error("guest-not-bound", "A guest sees of each table what is granted to it")
                .risk("What a tenant shares of some of its things would be shown of all of them.")
                .remedy(
                        "call rhizome.share_things or rhizome.share_with_documents on it, or revoke select from rhizome_guest")
                .see(ADR)
                .foundBy("""
                        select c.oid::regclass::text, {table} from pg_class c
                         where {tenant tables} and c.relname <> 'tenants'
                           and exists (select from pg_roles g where g.rolname = 'rhizome_guest'
                                          and has_any_column_privilege(g.oid, c.oid, 'select'))
                           and not exists (select from pg_policy p join pg_roles g on g.oid = any (p.polroles)
                                            where p.polrelid = c.oid and not p.polpermissive and p.polcmd in ('r', '*')
                                              and g.rolname = 'rhizome_guest'
                                              and pg_get_expr(p.polqual, p.polrelid)
                                                    ~ 'current_guest\\(\\)|tenant_grants|sees_all\\(\\)')
                         union all
                        select 'current_guest()', {routine} from pg_proc p
                         where p.oid = to_regprocedure('rhizome.current_guest()')
                           and (pg_get_function_sqlbody(p.oid) is distinct from
                                  'RETURN (NULLIF(current_setting(''app.current_guest''::text, true), ''''::text))::uuid'
                                or p.prosecdef or p.proleakproof or p.provolatile <> 's' or p.proconfig is not null)
                        """);
    }
}
