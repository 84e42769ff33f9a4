package dev.rhizome;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each negative control still fits what it is to break; bin/negative-controls runs them. */
class NegativeControlsTest {

    private static final Path CONTROLS = Path.of("src/test/negative-controls");

    static List<Path> controls() throws IOException {
        try (Stream<Path> files = Files.list(CONTROLS)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("controls")
    void thePatchFits(Path control) throws Exception {
        Process process = new ProcessBuilder("git", "apply", "--check", control.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
    }

    @ParameterizedTest
    @MethodSource("controls")
    void itSaysWhatItBreaksAndNamesATestThatIsThere(Path control) throws IOException {
        List<String> test = List.of(field(control, "Test").split("#", -1));

        assertThat(field(control, "Protects")).isNotEmpty();
        assertThat(field(control, "Says")).isNotEmpty();
        Path source = source(test.getFirst());
        assertThat(Files.readString(source)).contains("class " + test.getFirst() + " ");
        if (test.size() > 1) {
            assertThat(Files.readString(source)).contains(" " + test.get(1) + "(");
        }
    }

    private static String field(Path control, String name) throws IOException {
        return Files.readAllLines(control).stream()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElse("");
    }

    private static Path source(String test) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            return files.filter(file -> file.endsWith(test + ".java"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
