package dev.rhizome.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** docs/check.md says of the rules what the program says. */
class CheckDocumentTest {

    private static final Path DOCUMENT = Path.of("docs/check.md");
    private static final int PITFALLS = 24;

    @Test
    void theTablesAreTheProgramsRulesInTheirOrder() throws IOException {
        List<String> rows = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.matches("\\| `[a-z0-9-]+` \\| (error|warning) \\|.*"))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(
                        Preflight.rules().stream().map(CheckDocumentTest::row).toList());
    }

    @Test
    void theGroupsAreTheProgramsGroupsInTheirOrder() throws IOException {
        assertThat(Files.readAllLines(DOCUMENT).stream()
                        .filter(line -> line.startsWith("### "))
                        .map(line -> line.substring("### ".length())))
                .containsExactlyElementsOf(
                        Preflight.groups().stream().map(RuleGroup::title).toList());
    }

    @Test
    void eachKnownPitfallIsAnsweredAndNamesOnlyWhatThereIs() throws IOException {
        List<String> pitfalls = Files.readAllLines(DOCUMENT).stream()
                .dropWhile(line -> !line.startsWith("## Known ways"))
                .filter(line -> line.matches("\\| \\d+ \\|.*"))
                .toList();
        List<String> ids = Preflight.rules().stream().map(Rule::id).toList();

        assertThat(pitfalls).hasSize(PITFALLS);
        assertThat(IntStream.range(0, PITFALLS))
                .allMatch(number -> pitfalls.get(number).startsWith("| " + (number + 1) + " | "));
        for (String pitfall : pitfalls) {
            Matcher named = Pattern.compile("`([a-z]+(?:-[a-z]+)+)`").matcher(pitfall);
            assertThat(named.results().map(match -> match.group(1))).isSubsetOf(ids);
        }
    }

    @Test
    void theVersionsAreTheProgramsVersions() throws IOException {
        assertThat(Files.readString(DOCUMENT))
                .contains("| " + OldestVersions.servers() + " |")
                .contains("| pgvector | " + OldestVersions.pgvector() + " |");
    }

    @Test
    void idsAreInKebabCaseAndOccurOnce() {
        assertThat(Preflight.rules().stream().map(Rule::id))
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z0-9]+(-[a-z0-9]+)+"));
    }

    private static String row(Rule rule) {
        return "| `" + rule.id() + "` | " + rule.severity() + " | " + rule.title() + " | " + rule.risk() + " | "
                + rule.remedy() + " | " + rule.reference() + " |";
    }
}
