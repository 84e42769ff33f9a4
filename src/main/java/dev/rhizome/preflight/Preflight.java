package dev.rhizome.preflight;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.UntenantedQueries;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Looks, as the application role, for ways in which this database would leak one tenant's rows to another or lose them. */
public final class Preflight {

    /** The schema's versions come first: in another schema, what else is found may be no more than that. */
    private static final List<RuleGroup> GROUPS = List.of(
            new RuleGroup("Versions", VersionRules.all()),
            new RuleGroup("Roles", RoleRules.all()),
            new RuleGroup("Tables and views", TableRules.all()),
            new RuleGroup("Tenant and policies", PolicyRules.all()),
            new RuleGroup("Guests", GuestRules.all()),
            new RuleGroup("Keys and indexes", KeyRules.all()),
            new RuleGroup("Functions and triggers", FunctionRules.all()),
            new RuleGroup("Privileges", GrantRules.all()),
            new RuleGroup("Settings", SettingRules.all()));

    private static final Query<Boolean> SCHEMA = Query.of(
            "select exists (select from pg_namespace where nspname = 'rhizome')",
            row -> Boolean.TRUE.equals(row.get(0, Boolean.class)));

    private static final Query<DatabaseFacts> FACTS = Query.of(
            """
            select current_setting('server_version') as postgresql, session_user::text as role,
                   coalesce((select extversion from pg_extension where extname = 'vector'), 'none') as pgvector,
                   coalesce((select version::integer::text from rhizome.flyway_schema_history
                              where success and version is not null order by installed_rank desc limit 1), 'none') as schema
            """,
            row -> new DatabaseFacts(
                    Rows.required(row, "postgresql", String.class),
                    Rows.required(row, "pgvector", String.class),
                    Rows.required(row, "schema", String.class),
                    Rows.required(row, "role", String.class)));

    private final UntenantedQueries queries;

    /** Looks through {@code queries}. */
    public Preflight(UntenantedQueries queries) {
        this.queries = queries;
    }

    /** Whether there is a schema to look at. */
    public Mono<Boolean> hasSchema() {
        return queries.rows(SCHEMA).single();
    }

    /** What is looked at. Needs the schema. */
    public Mono<DatabaseFacts> facts() {
        return queries.rows(FACTS).single();
    }

    /** What all rules find. */
    public Mono<List<Finding>> findings() {
        return findings(Set.of());
    }

    /**
     * Everything that is wrong, in the order of the rules; empty when the database is safe. Needs the schema.
     *
     * @param skipped ids of rules that are not looked at
     */
    public Mono<List<Finding>> findings(Set<String> skipped) {
        return Flux.fromIterable(rules())
                .filter(rule -> !skipped.contains(rule.id()))
                .concatMap(this::findings)
                .collectList();
    }

    private Flux<Finding> findings(Rule rule) {
        return queries.rows(Query.of(
                        rule.sql(), row -> finding(rule, row), rule.arguments().toArray()))
                .filter(finding -> rule.breaks().test(finding.subject()));
    }

    private static Finding finding(Rule rule, Readable row) {
        return new Finding(rule, text(row, 0), text(row, 1));
    }

    private static String text(Readable row, int column) {
        String text = row.get(column, String.class);
        return text == null ? "" : text;
    }

    /** All rules, by subject. */
    public static List<RuleGroup> groups() {
        return GROUPS;
    }

    /** All rules, in the order of their groups. */
    public static List<Rule> rules() {
        return GROUPS.stream().flatMap(group -> group.rules().stream()).toList();
    }
}
