package dev.rhizome.preflight;

import java.util.List;

/** Keys, constraints and indexes. */
final class KeyRules {

    private KeyRules() {}

    static List<Rule> all() {
        return List.of(startByTenant(), areValidated(), indexesAreValid());
    }

    private static Rule startByTenant() {
        return Rule.error("key-not-by-tenant", "Every unique and every foreign key starts with the tenant")
                .risk(
                        "Keys are checked past row-level security: a value that is refused tells that another tenant has it, and a"
                                + " foreign key without the tenant joins rows of two.")
                .remedy("start it with tenant_id on both sides; keys are checked past row-level security")
                .see("PostgreSQL: Row Security Policies, on referential integrity checks")
                .foundBy("""
                        select i.indexrelid::regclass::text || ' of ' || c.oid::regclass::text, {table}
                          from pg_index i join pg_class c on c.oid = i.indrelid join pg_class k on k.oid = i.indexrelid
                         where c.relnamespace = 'rhizome'::regnamespace and c.relname not in ({untenanted})
                           and k.relname not in ({untenanted keys}) and (i.indisunique or i.indisexclusion)
                           and not exists (select from pg_attribute a
                                            where a.attrelid = c.oid and a.attnum = i.indkey[0] and a.attname = 'tenant_id')
                         union all
                        select k.conname || ' of ' || c.oid::regclass::text, {table}
                          from pg_constraint k join pg_class c on c.oid = k.conrelid
                         where c.relnamespace = 'rhizome'::regnamespace and k.contype = 'f'
                           and not exists (select from pg_attribute a, pg_attribute b
                                            where a.attrelid = k.conrelid and a.attnum = k.conkey[1]
                                              and b.attrelid = k.confrelid and b.attnum = k.confkey[1]
                                              and a.attname = 'tenant_id' and b.attname = 'tenant_id')
                        """);
    }

    private static Rule areValidated() {
        return Rule.warning("constraint-not-validated", "Every constraint holds for all rows")
                .risk(
                        "Rows from before the constraint may break it, such as an edge whose end is not there, and the service"
                                + " relies on them.")
                .remedy("mend the rows, then: alter table … validate constraint …")
                .see("PostgreSQL: ALTER TABLE, VALIDATE CONSTRAINT")
                .foundBy("""
                        select k.conname || ' of ' || c.oid::regclass::text, {table}
                          from pg_constraint k join pg_class c on c.oid = k.conrelid
                         where c.relnamespace = 'rhizome'::regnamespace and not k.convalidated
                           and k.conname not in ({unvalidated})
                        """);
    }

    private static Rule indexesAreValid() {
        return Rule.warning("index-invalid", "Every index is complete")
                .risk(
                        "A build that failed or was interrupted leaves an index that no query uses and, if it is unique, that does"
                                + " not keep values unique.")
                .remedy("reindex index concurrently …, or drop it and make it again")
                .see("PostgreSQL: CREATE INDEX, Building Indexes Concurrently")
                .foundBy("""
                        select i.indexrelid::regclass::text || ' of ' || c.oid::regclass::text, {table}
                          from pg_index i join pg_class c on c.oid = i.indrelid
                         where c.relnamespace = 'rhizome'::regnamespace and not (i.indisvalid and i.indisready)
                        """);
    }
}
