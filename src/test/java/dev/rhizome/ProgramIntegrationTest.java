package dev.rhizome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.libraries.BillOfMaterials;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The program as the build put it together. */
class ProgramIntegrationTest {

    private static final Path PROGRAM = Path.of("target", "app");

    @Test
    void theJarNamesItsLibrariesAndTheyAreBesideIt() throws IOException {
        Attributes manifest;
        try (JarFile jar = new JarFile(PROGRAM.resolve("rhizome.jar").toFile())) {
            manifest = jar.getManifest().getMainAttributes();
        }
        List<String> named =
                Arrays.asList(manifest.getValue(Attributes.Name.CLASS_PATH).split(" ", -1));

        assertThat(manifest.getValue(Attributes.Name.MAIN_CLASS)).isEqualTo(Application.class.getName());
        assertThat(named).isNotEmpty().allMatch(library -> Files.isRegularFile(PROGRAM.resolve(library)));
    }

    @Test
    void noLibraryIsThereForTestsOrBenchmarks() {
        assertThat(libraries())
                .anyMatch(library -> library.startsWith("r2dbc-postgresql"))
                .noneMatch(library ->
                        library.matches("(extjwnl|progressbar|junit|assertj|jazzer|testcontainers|archunit).*"));
    }

    @Test
    void itsBillOfMaterialsNamesTheLibrariesBesideItAndNoOthers() throws IOException {
        List<String> named;
        try (JarFile jar = new JarFile(PROGRAM.resolve("rhizome.jar").toFile());
                InputStream file = jar.getInputStream(jar.getJarEntry(BillOfMaterials.FILE))) {
            named = BillOfMaterials.of(file).libraries().stream()
                    .map(library -> library.name() + "-" + library.version())
                    .distinct()
                    .toList();
        }

        assertThat(libraries())
                .allSatisfy(library -> assertThat(named)
                        .anyMatch(name -> library.equals(name + ".jar") || library.startsWith(name + "-")));
        assertThat(named)
                .allSatisfy(name -> assertThat(libraries())
                        .anyMatch(library -> library.equals(name + ".jar") || library.startsWith(name + "-")));
    }

    private static List<String> libraries() {
        try (Stream<Path> files = Files.list(PROGRAM.resolve("lib"))) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
