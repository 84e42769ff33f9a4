package dev.rhizome.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.database.Migrations;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.testing.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each leak of leaks.sql, made in a database of its own, is found by its rule and by no other. */
class PreflightIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** What is found of the tests' server, and rightly: it writes nothing for good. */
    private static final Set<String> SERVERS_OWN = Set.of("fsync is off", "full_page_writes is off");

    /**
     * A way to leak.
     *
     * @param finding rule and subject, as the finding prints them
     * @param sql what makes it
     */
    record Leak(String finding, String sql) {

        @Override
        public String toString() {
            return finding;
        }
    }

    private final String role = "preflight_" + UUID.randomUUID().toString().substring(24);
    private final String password = UUID.randomUUID().toString();
    private final TestDatabase database = TestDatabase.create();

    static Stream<Leak> leaks() throws IOException {
        return Arrays.stream(Files.readString(Path.of("src/test/resources/preflight/leaks.sql"))
                        .split("\n\n"))
                .skip(1)
                .map(paragraph -> paragraph.substring("-- ".length()).split("\n", 2))
                .map(parts -> new Leak(parts[0], parts[1]));
    }

    @BeforeEach
    void createRoles() {
        administer("create role $role login password '" + password + "' in role rhizome_app; create role $group");
    }

    @AfterEach
    void dropRoles() {
        administer("reassign owned by $role, $group to rhizome_owner");
        administer("drop owned by $role, $group; drop role $role, $group");
    }

    @Test
    void aHealthyDatabaseHasNoFindings() {
        assertThat(findings()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("leaks")
    void aLeakIsFoundByItsRuleAlone(Leak leak) {
        administer(leak.sql());

        List<Finding> findings = findings();

        assertThat(findings)
                .singleElement()
                .asString()
                .matches(Pattern.quote(named(leak.finding())) + " \\([a-zA-Z].{9,}\\)");
    }

    @Test
    void aSuperuserIsFoundFirst() {
        administer("alter role $role superuser");

        List<Finding> findings = findings();

        assertThat(findings).first().asString().startsWith(named("role-bypasses-rls: $role ("));
    }

    @Test
    void aSuperuserBehindAnotherRoleIsFoundFirst() {
        administer("alter role $role superuser; alter role $role set role = 'rhizome_app'");

        List<Finding> findings = findings();

        assertThat(findings).first().asString().startsWith(named("role-bypasses-rls: $role ("));
    }

    @Test
    void aMemberOfTheOwnerIsFoundToOwnEverything() {
        administer("grant rhizome_owner to $role with inherit false");

        List<Finding> findings = findings();

        assertThat(findings)
                .filteredOn(finding -> finding.rule().id().equals("role-owns-objects"))
                .extracting(Finding::subject)
                .contains("schema rhizome", "entities", "current_tenant()");
    }

    @Test
    void everyRuleHasALeakThatItFinds() throws IOException {
        List<String> found =
                leaks().map(leak -> leak.finding().split(":", 2)[0]).distinct().toList();

        assertThat(found)
                .containsExactlyElementsOf(
                        Preflight.rules().stream().map(Rule::id).toList());
    }

    private List<Finding> findings() {
        ConnectionPool pool = database.as(role, password).pool(1);
        try {
            List<Finding> all = Objects.requireNonNull(
                    new Preflight(new UntenantedQueries(pool)).findings().block(LIMIT));
            return all.stream()
                    .filter(finding -> !SERVERS_OWN.contains(finding.subject()))
                    .toList();
        } finally {
            pool.disposeLater().block(LIMIT);
        }
    }

    private void administer(String sql) {
        database.asAdministrator(named(sql));
    }

    private String named(String text) {
        return text.replace("$role", role)
                .replace("$group", role + "_group")
                .replace("$version", String.valueOf(Migrations.newest()));
    }
}
