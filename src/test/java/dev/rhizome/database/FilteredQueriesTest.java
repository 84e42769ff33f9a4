package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Statements with conditions that may be absent are planned for their values, since a plan without them fits none. */
class FilteredQueriesTest {

    private static final Pattern OPTIONAL = Pattern.compile("\\$\\d+(::\\w+)? is null or");
    private static final Pattern PLANNED_BY_VALUES = Pattern.compile("transactions(\\s*)(\\.|::)filtered");
    /** Here the condition narrows a row that is found by its key, or the candidates of a search. */
    private static final Set<String> BY_KEY = Set.of("RelationshipRepository.java");

    @Test
    void whoeverHasSuchAStatementReadsItSo() throws IOException {
        List<Path> found;
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            found = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> OPTIONAL.matcher(text(file)).find())
                    .filter(file -> !BY_KEY.contains(file.getFileName().toString()))
                    .toList();
        }

        assertThat(found)
                .hasSizeGreaterThan(10)
                .allSatisfy(file -> assertThat(text(file)).as(file.toString()).containsPattern(PLANNED_BY_VALUES));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
