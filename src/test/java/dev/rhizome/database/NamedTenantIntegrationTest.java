package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every statement names the tenant: PostgreSQL plans it without row-level security, and each table of tenants that it reads
 * or changes is restricted by {@code tenant_id = $1}. So on a cluster of databases it would be routed to the tenant's own.
 */
class NamedTenantIntegrationTest {

    /** A parameter of a template that stands for a number, such as a dimension. */
    private static final Pattern NUMBER = Pattern.compile("%(\\d+\\$)?d");

    private static final Pattern PLACEHOLDER = Pattern.compile("%(\\d+\\$)?s|\u0001|\u0002");
    private static final Pattern BETWEEN_PARTS = Pattern.compile(NUMBER + "|" + PLACEHOLDER);
    private static final Pattern NAMED = Pattern.compile("\\((\\w+\\.)?tenant_id = \\$1\\)");
    private static final int SHORTEST_PART = 20;

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static Pattern tenantTable = Pattern.compile("");
    private static Set<String> tenantTables = Set.of();

    /** Statements that are complete, with their plans; what else reads a table of tenants is a part of one of them. */
    private static Map<String, JsonNode> plans = Map.of();

    @BeforeAll
    static void planAll() throws SQLException {
        tenantTables = Set.copyOf(DATABASE.readAsAdministrator(
                "select relname from pg_class where relnamespace = 'rhizome'::regnamespace and relrowsecurity"));
        tenantTable = Pattern.compile(
                "(?i)\\b(from|join|into|update|using)\\s+(rhizome\\.)?(" + String.join("|", tenantTables) + ")\\b");
        plans = new HashMap<>();
        for (Statements statements : Statements.ofTheService()) {
            for (String text : ofTenants(statements)) {
                JsonNode plan = plan(withNumbers(text));
                if (plan != null) {
                    plans.put(withNumbers(text), plan);
                }
            }
        }
    }

    private static List<String> ofTenants(Statements statements) {
        return statements.texts().stream()
                .filter(text -> tenantTable.matcher(text).find())
                .toList();
    }

    private static String withNumbers(String text) {
        return NUMBER.matcher(text).replaceAll("384");
    }

    static Stream<Statements> classes() {
        return Statements.ofTheService().stream()
                .filter(statements -> !ofTenants(statements).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("classes")
    void everyStatementNamesTheTenant(Statements statements) {
        assertThat(ofTenants(statements)).allSatisfy(text -> {
            JsonNode plan = plans.get(withNumbers(text));
            if (plan == null) {
                isPartOfAStatement(text);
            } else {
                assertThat(unnamed(plan)).as(text).isEmpty();
            }
        });
    }

    @Test
    void statementsAreFound() {
        assertThat(plans).hasSizeGreaterThan(100);
    }

    @Test
    void aStatementWithoutTheTenantIsFound() throws SQLException {
        assertThat(unnamed(planned("select name from entities where entity_id = $1")))
                .containsExactly("entities");
        assertThat(unnamed(planned("select name from entities where tenant_id = $2 and entity_id = $1")))
                .containsExactly("entities");
        assertThat(unnamed(planned("select name from entities where tenant_id = current_tenant()")))
                .containsExactly("entities");
        assertThat(unnamed(planned("select 1 from entities e join relationships r on r.source_id = e.entity_id"
                        + " where e.tenant_id = $1")))
                .containsExactly("relationships");
        assertThat(unnamed(planned("delete from vectors where space = 1"))).contains("vectors");
        assertThat(unnamed(planned("update entities set name = 'x' where entity_id = any ($1)")))
                .containsExactly("entities");
        assertThat(unnamed(planned("insert into entities (tenant_id, entity_id, type, name, digest)"
                        + " select $1, document_id, type, name, '' from hybrid_search_index")))
                .containsExactly("hybrid_search_index");
    }

    @Test
    void aStatementThatNamesTheTenantForAllIsNot() throws SQLException {
        assertThat(unnamed(planned("select 1 from entities e join relationships r on r.tenant_id = e.tenant_id"
                        + " and r.source_id = e.entity_id where e.tenant_id = $1")))
                .isEmpty();
        assertThat(unnamed(planned("delete from vectors where tenant_id = $1 and space = 1")))
                .isEmpty();
    }

    private static void isPartOfAStatement(String text) {
        for (String part : BETWEEN_PARTS.split(text.replace("%%", "%"), -1)) {
            String sought = part.strip();
            if (sought.length() >= SHORTEST_PART) {
                assertThat(plans.keySet())
                        .as("no statement, and no part of one: %s", sought)
                        .anyMatch(whole -> whole.contains(sought));
            }
        }
    }

    /** Tables of tenants that {@code plan} reads or changes, and whose rows it does not restrict to {@code $1}. */
    private static List<String> unnamed(JsonNode plan) {
        List<String> found = new ArrayList<>();
        String table = plan.path("Relation Name").asString("");
        String type = plan.path("Node Type").asString();
        if (tenantTables.contains(table) && !type.equals("ModifyTable") && !isNamed(plan)) {
            found.add(table);
        }
        for (JsonNode below : plan.path("Plans")) {
            found.addAll(unnamed(below));
        }
        return found;
    }

    private static boolean isNamed(JsonNode scan) {
        return Stream.of("Index Cond", "Recheck Cond", "TID Cond", "Filter")
                .anyMatch(condition -> NAMED.matcher("(" + scan.path(condition).asString("") + ")")
                        .find());
    }

    private static JsonNode planned(String sql) throws SQLException {
        return Objects.requireNonNull(plan(sql));
    }

    /** The plan of {@code sql} whatever its parameters are; null where it is not a statement, but a part of one. */
    private static @Nullable JsonNode plan(String sql) throws SQLException {
        try {
            if (PLACEHOLDER.matcher(sql).find()) {
                return null;
            }
            String plan = String.join(
                    "\n", DATABASE.readAsAdministrator("explain (generic_plan, verbose, format json) " + sql));
            return JsonMapper.shared().readTree(plan).path(0).path("Plan");
        } catch (SQLException e) {
            if ("42601".equals(e.getSQLState())) {
                return null;
            }
            throw e;
        }
    }
}
