package dev.rhizome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.rhizome.preflight.Preflight;
import dev.rhizome.preflight.Rule;
import dev.rhizome.testing.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code rhizome check} prints, and its exit status, on safe and on broken databases. */
class CheckCommandIntegrationTest {

    /** Of the tests' server, whose writes need not last, both of which are found where it is a private one. */
    private static final String[] AS_IS = {"--skip", "writes-not-durable"};

    /** What a run of the command left. */
    private record Run(int status, String out, String err) {}

    private final TestDatabase database = TestDatabase.create();

    @Test
    void aSafeDatabaseIsSaidToBeSafe() {
        Run run = check(AS_IS);

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains("as rhizome_app: PostgreSQL ", "pgvector ", "schema ")
                .contains("safe: " + (Preflight.rules().size() - 1) + " rules, 0 errors, 0 warnings, 1 skipped")
                .doesNotContain("ERROR", "WARNING");
        Preflight.groups().forEach(group -> assertThat(run.out()).contains(group.title()));
        assertThat(run.err()).isEmpty();
    }

    @Test
    void anErrorIsToldWithItsRiskAndRemedy() {
        breakRule();

        Run run = check(AS_IS);

        Rule rule = rule("rls-not-forced");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out())
                .contains("ERROR    rls-not-forced", "- entities", rule.risk(), rule.remedy(), rule.reference())
                .contains("not safe: ", "1 error, 0 warnings", "docs/check.md");
    }

    @Test
    void aWarningIsToldAndFailsOnlyWhereThatIsAskedFor() {
        database.asAdministrator("create publication everything for table rhizome.entities");

        assertThat(check(AS_IS).status()).isZero();
        assertThat(check(AS_IS).out()).contains("WARNING  table-is-published", "0 errors, 1 warning");
        assertThat(check("--fail-on", "warning", "--skip", "writes-not-durable").status())
                .isEqualTo(1);
        assertThat(check("--fail-on", "warning", "--skip", "writes-not-durable,table-is-published")
                        .status())
                .isZero();
    }

    @Test
    void jsonHasTheFieldsThatAreDocumented() {
        breakRule();

        Run run = check("--format", "json", "--skip", "writes-not-durable");
        JsonNode report = JsonMapper.shared().readTree(run.out());

        assertThat(run.status()).isEqualTo(1);
        assertThat(names(report))
                .containsExactly("format", "version", "database", "rules", "skipped", "errors", "warnings", "findings");
        assertThat(names(report.path("database")))
                .containsExactly("host", "port", "name", "role", "postgresql", "pgvector", "schema");
        assertThat(report.path("errors").asInt()).isEqualTo(1);
        assertThat(report.path("skipped").path(0).asString()).isEqualTo("writes-not-durable");
        JsonNode finding = report.path("findings").path(0);
        assertThat(names(finding))
                .containsExactly("rule", "severity", "title", "subject", "object", "risk", "remedy", "reference");
        assertThat(finding.path("rule").asString()).isEqualTo("rls-not-forced");
        assertThat(finding.path("severity").asString()).isEqualTo("error");
        assertThat(finding.path("object").asString()).isEqualTo("rhizome.entities");
        assertThat(run.out())
                .doesNotContain(String.valueOf(database.variables(1).get("DB_PASSWORD")));
    }

    @Test
    void sarifIsWhatItsSchemaSays() {
        breakRule();
        database.asAdministrator(
                "alter function rhizome.list_tenants(text, integer) reset search_path",
                "create publication everything for table rhizome.entities");

        Run run = check("--format", "sarif");

        assertThat(run.status()).isEqualTo(1);
        assertThat(sarif().validate(run.out(), InputFormat.JSON)).isEmpty();
        assertThat(sarif().validate(run.out().replace("\"ruleId\"", "\"rule\""), InputFormat.JSON))
                .as("the schema refuses what is wrong")
                .isNotEmpty();
    }

    @Test
    void sarifNamesTheObjectsAndTheRules() {
        breakRule();
        database.asAdministrator("alter function rhizome.list_tenants(text, integer) reset search_path");

        JsonNode run = sarifRun("--format", "sarif", "--skip", "writes-not-durable");

        JsonNode rules = run.at("/tool/driver/rules");
        assertThat(rules.size()).isEqualTo(Preflight.rules().size() - 1);
        assertThat(run.path("results").size()).isEqualTo(2);
        for (JsonNode result : run.path("results")) {
            assertThat(rules.path(result.path("ruleIndex").asInt()).path("id")).isEqualTo(result.path("ruleId"));
            assertThat(result.path("level").asString()).isEqualTo("error");
            assertThat(result.at("/message/text").asString()).contains("What to do: ");
            assertThat(result.at("/locations/0/physicalLocation/artifactLocation/uri")
                            .asString())
                    .matches("database/rhizome\\.[\\x21-\\x7e]+");
        }
        assertThat(run.at("/results/0/locations/0/logicalLocations/0/fullyQualifiedName")
                        .asString())
                .isEqualTo("rhizome.entities");
        assertThat(run.at("/results/1/locations/0/logicalLocations/0/fullyQualifiedName")
                        .asString())
                .startsWith("rhizome.list_tenants(");
    }

    @Test
    void theSameFindingHasTheSameFingerprintEachTime() {
        breakRule();
        JsonNode first = sarifRun("--format", "sarif").at("/results/0/partialFingerprints");
        JsonNode second = sarifRun("--format", "sarif").at("/results/0/partialFingerprints");

        assertThat(first.path("primaryLocationLineHash").asString())
                .hasSize(64)
                .isEqualTo(second.path("primaryLocationLineHash").asString());
    }

    @Test
    void theReportIsWrittenToAFile(@TempDir Path folder) throws Exception {
        breakRule();
        Path file = folder.resolve("report.json");

        Run run = check("--format", "json", "--output", file.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(JsonMapper.shared()
                        .readTree(Files.readString(file))
                        .path("errors")
                        .asInt())
                .isEqualTo(1);
        assertThat(run.out().strip()).startsWith("not safe: ").doesNotContain("\n");
    }

    @Test
    void aFileThatCannotBeWrittenIsNoFinding(@TempDir Path folder) {
        Run run = check("--output", folder.resolve("missing").resolve("report").toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("error: --output: cannot write ").hasLineCount(1);
    }

    @Test
    void theRulesAreListedWithoutADatabase() {
        Run text = run(Map.of("DB_PORT", "none"), "--rules");
        Run json = run(Map.of("DB_PORT", "none"), "--rules", "--format", "JSON");

        assertThat(text.status()).isZero();
        assertThat(json.status()).isZero();
        JsonNode listed = JsonMapper.shared().readTree(json.out()).path("rules");
        assertThat(listed.size()).isEqualTo(Preflight.rules().size());
        Preflight.rules()
                .forEach(rule -> assertThat(text.out()).contains(rule.severity() + " ", rule.id(), rule.title()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--skip no-such-rule", "--format xml", "--fail-on never", "--rules --format sarif", "--nonsense"
            })
    void whatIsNotUnderstoodIsNoFinding(String arguments) {
        Run run = check(arguments.split(" ", -1));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).isNotBlank();
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"DB_PORT=1", "DB_PORT=none", "DB_PASSWORD=wrong", "DB_NAME=nowhere", "DB_HOST=host.invalid"})
    void aDatabaseThatCannotBeLookedAtIsNoFinding(String variable) {
        Map<String, String> environment = new HashMap<>(database.variables(1));
        String[] pair = variable.split("=", 2);
        environment.put(pair[0], pair[1]);

        Run run = run(environment);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("error: the database could not be looked at: ")
                .hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aDatabaseWithoutTheSchemaIsNoFinding() {
        Run run = run(TestDatabase.createEmpty().variables(1));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .contains("no schema rhizome")
                .contains("rhizome migrate")
                .hasLineCount(1);
    }

    private void breakRule() {
        database.asAdministrator("alter table rhizome.entities no force row level security");
    }

    private static Rule rule(String id) {
        return Preflight.rules().stream()
                .filter(rule -> rule.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode sarifRun(String... arguments) {
        return JsonMapper.shared().readTree(check(arguments).out()).at("/runs/0");
    }

    private static List<String> names(JsonNode object) {
        return new ArrayList<>(object.propertyNames());
    }

    /** The schema that the standard's authors published. */
    private static Schema sarif() {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                .getSchema(SchemaLocation.of("classpath:schema/sarif-schema-2.1.0.json"));
    }

    private Run check(String... arguments) {
        return run(database.variables(1), arguments);
    }

    private static Run run(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = new CommandLine(new CheckCommand(environment))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Run(status, out.toString(), err.toString());
    }
}
