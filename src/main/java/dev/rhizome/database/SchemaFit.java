package dev.rhizome.database;

import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * How a schema stands to this program. A newer program may have migrated it already while processes of this one still run, or are
 * started once more: migrations only expand, so this program goes on with it (ADR 30).
 *
 * @param version of the newest migration that was applied
 * @param functions checksums of the files of functions that were applied, each file's newest first
 */
public record SchemaFit(int version, Map<String, List<Integer>> functions) {

    private static final Query<Integer> VERSION = Query.of("""
            select coalesce(max(version::integer), 0) as version from rhizome.flyway_schema_history
             where success and version is not null
            """, row -> Rows.required(row, "version", Integer.class));
    private static final Query<Map.Entry<String, List<Integer>>> FUNCTIONS = Query.of(
            """
            select script, array_agg(checksum order by installed_rank desc) as checksums
              from rhizome.flyway_schema_history
             where success and version is null and type = 'SQL'
             group by script
            """,
            row -> Map.entry(
                    Rows.required(row, "script", String.class),
                    List.of(Rows.required(row, "checksums", Integer[].class))));

    /** That of the database that {@code queries} asks. */
    public static Mono<SchemaFit> of(UntenantedQueries queries) {
        return Mono.zip(
                queries.rows(VERSION).next(),
                queries.rows(FUNCTIONS).collectMap(Map.Entry::getKey, Map.Entry::getValue),
                SchemaFit::new);
    }

    /** Whether a newer program has migrated it: further, or, at the same version, with functions that came after ours. */
    public boolean isNewer() {
        return version > Migrations.newest() || (version == Migrations.newest() && hasNewerFunctions());
    }

    private boolean hasNewerFunctions() {
        return Migrations.functions().entrySet().stream()
                .anyMatch(ours -> isReplaced(applied(ours.getKey()), ours.getValue()));
    }

    private List<Integer> applied(String file) {
        return functions.getOrDefault(file, List.of());
    }

    /**
     * Whether the functions of {@code ours} were replaced by such as came later. A text that comes back as it was before counts as
     * the older one, whoever applied it again.
     *
     * @param applied checksums, the newest first
     */
    static boolean isReplaced(List<Integer> applied, Integer ours) {
        return applied.contains(ours) && applied.lastIndexOf(applied.getFirst()) < applied.lastIndexOf(ours);
    }
}
