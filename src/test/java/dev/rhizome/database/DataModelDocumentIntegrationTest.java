package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The document of the data model tells of all tables and functions there are, and of tests that exist. */
class DataModelDocumentIntegrationTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final Pattern PARAGRAPH = Pattern.compile("(?m)^\\*\\*(\\w+)\\*\\* \\(V");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");

    @Test
    void everyTableHasItsParagraph() throws SQLException, IOException {
        List<String> tables = DATABASE.asApplication(null, """
                select relname from pg_class
                 where relnamespace = 'rhizome'::regnamespace and relkind in ('r', 'p') and not relispartition
                   and relname <> 'flyway_schema_history'
                """);

        assertThat(found(PARAGRAPH).map(match -> match.group(1)).toList()).containsExactlyInAnyOrderElementsOf(tables);
    }

    @Test
    void everyFunctionThatRunsAsTheOwnerHasItsReason() throws SQLException, IOException {
        List<String> functions = DATABASE.asApplication(null, """
                select proname from pg_proc where pronamespace = 'rhizome'::regnamespace and prosecdef
                """);

        assertThat(document())
                .contains(functions.stream().map(name -> "`" + name + "`").toList());
    }

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Set<String> tests;
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            tests = files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith("Test.java"))
                    .collect(Collectors.toSet());
        }

        assertThat(found(TEST).toList()).isNotEmpty().allSatisfy(match -> {
            assertThat(tests).contains(match.group(1) + ".java");
            String method = match.group(2);
            if (method != null) {
                assertThat(source(match.group(1))).contains("void " + method + "(");
            }
        });
    }

    private static String source(String test) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            return Files.readString(files.filter(file -> file.endsWith(test + ".java"))
                    .findFirst()
                    .orElseThrow());
        }
    }

    private static Stream<MatchResult> found(Pattern pattern) throws IOException {
        return pattern.matcher(document()).results();
    }

    private static String document() throws IOException {
        return Files.readString(Path.of("docs/data-model.md"));
    }
}
