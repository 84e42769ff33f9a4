package dev.rhizome.preflight;

import java.util.List;

/** Which PostgreSQL, which pgvector and which schema. */
final class VersionRules {

    private static final String MIGRATE = "set DB_MIGRATION_USER and DB_MIGRATION_PASSWORD, or run: rhizome migrate";

    private VersionRules() {}

    static List<Rule> all() {
        return List.of(server(), pgvector(), schema(), functions(), collation());
    }

    private static Rule server() {
        return Rule.error("postgresql-too-old", "PostgreSQL has no known hole that tenants' texts or queries reach")
                .risk(
                        "Older ones write out of bounds for a large text (CVE-2026-14662), and some show other tenants' values"
                                + " through the planner's statistics (CVE-2025-8713).")
                .remedy("update PostgreSQL; the oldest that will do are " + OldestVersions.servers()
                        + ", and every newer major version")
                .see("CVE-2026-14662, CVE-2025-8713")
                .where(version -> !OldestVersions.acceptsServer(version))
                .foundBy("select current_setting('server_version'), 'postgresql'");
    }

    private static Rule pgvector() {
        return Rule.error("pgvector-too-old", "pgvector neither shows rows of other relations nor breaks its indexes")
                .risk(
                        "Older ones can copy rows of other relations while an HNSW index is built (CVE-2026-3172), and vacuum"
                                + " breaks indexes, so that searches miss rows.")
                .remedy("install pgvector " + OldestVersions.pgvector()
                        + " or newer, then: alter extension vector update, and reindex the HNSW indexes")
                .see("CVE-2026-3172; pgvector's changelog, 0.8.2 to 0.8.4")
                .where(version -> !OldestVersions.acceptsPgvector(version))
                .foundBy("""
                        select coalesce((select e.extversion from pg_extension e where e.extname = 'vector'), 'not installed'),
                               'vector'
                         union all
                        select 'library ' || a.default_version, 'vector'
                          from pg_available_extensions a join pg_extension e on e.extname = a.name
                         where a.name = 'vector' and a.default_version <> e.extversion
                        """);
    }

    private static Rule schema() {
        return Rule.error("schema-version-differs", "The schema is the one that this program was written for")
                .risk("The service would read and write tables that are not as it expects.")
                .remedy(MIGRATE + "; where the schema is newer, run the newer program")
                .see("README.md, Commands")
                .foundBy("""
                        select 'version ' || found.version || ', and this program expects ' || $1, 'rhizome.flyway_schema_history'
                          from (select coalesce((select h.version::integer from rhizome.flyway_schema_history h
                                                  where h.success and h.version is not null
                                                  order by h.installed_rank desc limit 1), 0) as version) as found
                         where found.version <> $1
                         union all
                        select 'failed: ' || h.script, 'rhizome.flyway_schema_history'
                          from rhizome.flyway_schema_history h where not h.success
                        """, ShippedSchema.version());
    }

    private static Rule functions() {
        return Rule.error("schema-functions-differ", "The schema's functions are the ones of this program")
                .risk("The service would call functions that do something else than it expects.")
                .remedy(MIGRATE)
                .see("README.md, Commands")
                .foundBy("""
                        select ours.script, 'rhizome.flyway_schema_history'
                          from unnest($1, $2) as ours (script, checksum)
                         where not exists (
                               select from (select distinct on (h.script) h.script, h.checksum
                                              from rhizome.flyway_schema_history h
                                             where h.success and h.version is null and h.type = 'SQL'
                                             order by h.script, h.installed_rank desc) as found
                                where found.script = ours.script and found.checksum = ours.checksum)
                        """, ShippedSchema.functionFiles(), ShippedSchema.functionChecksums());
    }

    private static Rule collation() {
        return Rule.warning("collation-version-differs", "The order of texts is the one that indexes were built with")
                .risk(
                        "After an update of the operating system texts may sort otherwise; then an index no longer finds all rows,"
                                + " and a unique key lets a value in twice.")
                .remedy("reindex the database, then: alter database … refresh collation version")
                .see("PostgreSQL: ALTER COLLATION, on versions")
                .foundBy("""
                        select 'made with ' || coalesce('version ' || d.datcollversion, 'no version'), d.datname::text
                          from pg_database d
                         where d.datname = current_database()
                           and d.datcollversion is distinct from pg_database_collation_actual_version(d.oid)
                        """);
    }
}
