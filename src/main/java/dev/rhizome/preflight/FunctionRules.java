package dev.rhizome.preflight;

import java.util.List;

/** Functions that run as somebody else, and triggers. */
final class FunctionRules {

    private static final String DEFINERS =
            "docs/data-model.md; PostgreSQL: CREATE FUNCTION, Writing SECURITY DEFINER Functions" + " Safely";

    private FunctionRules() {}

    static List<Rule> all() {
        return List.of(
                definersAreNamed(),
                definersPinTheirPath(),
                definersAreOurs(),
                definersAreNotForAll(),
                noneIsLeakproof(),
                triggersAreOurs(),
                triggersRun());
    }

    private static Rule definersAreNamed() {
        return Rule.error("definer-not-allowed", "Only the named functions run as their owner")
                .risk(
                        "A function that runs as its owner sees and does what the owner may, for every tenant that calls it.")
                .remedy(
                        "make it security invoker; few functions may run as the owner, and docs/data-model.md says why each does")
                .see(DEFINERS)
                .foundBy("""
                        select p.oid::regprocedure::text, {routine} from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                         where p.prosecdef and not coalesce(p.oid = any ({definers}::oid[]), false)
                           and (n.nspname = 'rhizome'
                                or exists (select from pg_roles as r
                                            where {ours} and has_function_privilege(r.oid, p.oid, 'execute')
                                              and has_schema_privilege(r.oid, n.oid, 'usage')) and {routine elsewhere})
                        """);
    }

    private static Rule definersPinTheirPath() {
        return Rule.error("definer-without-search-path", "Functions that run as their owner name where they look")
                .risk(
                        "Such a function would find tables and operators that its caller put in front, and run them as the owner.")
                .remedy("pin its search_path, pg_temp last")
                .see(DEFINERS)
                .foundBy("""
                        select p.oid::regprocedure::text, {routine} from pg_proc p
                         where p.pronamespace = 'rhizome'::regnamespace and p.prosecdef
                           and not exists (select from unnest(p.proconfig) as s where s like 'search_path=%pg_temp')
                        """);
    }

    private static Rule definersAreOurs() {
        return Rule.error("definer-altered", "Functions that run as their owner do what this program's do")
                .risk(
                        "The name is on the list of functions that may see past one tenant, but what it does was changed by hand.")
                .remedy("run the file of migrations that makes it again; its body is none of this program's")
                .see("docs/data-model.md; migrations/R__*.sql")
                .foundBy("""
                        select p.oid::regprocedure::text, {routine} from pg_proc p
                         where p.pronamespace = 'rhizome'::regnamespace and p.oid = any ({definers}::oid[]) and p.prosecdef
                           and (p.prosqlbody is not null or not md5(p.prosrc) = any ($1))
                        """, (Object) ShippedSchema.functionBodies());
    }

    private static Rule definersAreNotForAll() {
        return Rule.error("definer-for-everybody", "Functions that run as their owner are for the service alone")
                .risk("Any other role of the server that may use the schema could call it and see past tenants.")
                .remedy("revoke execute on it from public")
                .see("PostgreSQL: Privileges")
                .foundBy("""
                        select p.oid::regprocedure::text, {routine} from pg_proc p
                         where p.pronamespace = 'rhizome'::regnamespace and p.oid = any ({definers}::oid[])
                           and exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                                        where a.grantee = 0)
                        """);
    }

    private static Rule noneIsLeakproof() {
        return Rule.error("leakproof-function", "No function is declared leakproof")
                .risk(
                        "The planner may call a leakproof function before the policy, with values of other tenants' rows.")
                .remedy("alter function … not leakproof")
                .see("PostgreSQL: Rules and Privileges; CREATE FUNCTION, LEAKPROOF")
                .foundBy("""
                        select p.oid::regprocedure::text, {routine} from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                         where p.proleakproof and p.oid <> coalesce(to_regprocedure('rhizome.current_tenant()')::oid, 0)
                           and (n.nspname = 'rhizome' or {routine elsewhere})
                        """);
    }

    private static Rule triggersAreOurs() {
        return Rule.error("trigger-from-elsewhere", "Triggers run the schema's own functions only")
                .risk(
                        "A trigger is given every row that any tenant writes, and what it calls was not made by the migrations.")
                .remedy("drop the trigger; no migration makes one that calls a function of another schema")
                .see("PostgreSQL: CREATE TRIGGER")
                .foundBy("""
                        select t.tgname || ' on ' || c.oid::regclass::text, {table}
                          from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc f on f.oid = t.tgfoid
                         where c.relnamespace = 'rhizome'::regnamespace and not t.tgisinternal
                           and f.pronamespace <> 'rhizome'::regnamespace
                        """);
    }

    private static Rule triggersRun() {
        return Rule.error("trigger-disabled", "Triggers and foreign keys are enforced")
                .risk(
                        "Foreign keys are triggers: without them an edge may lead to another tenant's entity or to none. The same"
                                + " triggers keep rows of ledgers from being changed.")
                .remedy(
                        "alter table … enable trigger all, and reset session_replication_role for the role and the database")
                .see("PostgreSQL: ALTER TABLE, ENABLE TRIGGER; session_replication_role")
                .foundBy("""
                        select c.oid::regclass::text, {table} from pg_class c
                         where c.relnamespace = 'rhizome'::regnamespace
                           and exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgenabled not in ('O', 'A'))
                         union all
                        select 'session_replication_role is ' || current_setting('session_replication_role'),
                               'session_replication_role'
                         where current_setting('session_replication_role') <> 'origin'
                        """);
    }
}
