package dev.rhizome.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.libraries.BillOfMaterials.Library;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every library may be used under a licence that {@code licences.txt} allows. */
class LicencesTest {

    private static final List<Library> LIBRARIES =
            BillOfMaterials.ofThisProgram().libraries();

    private final Set<String> allowed = new HashSet<>();
    /** Of libraries whose own words no program could read. */
    private final Map<String, String> lookedUp = new HashMap<>();

    LicencesTest() throws IOException {
        for (String line : Files.readAllLines(Path.of("src/test/resources/libraries/licences.txt"))) {
            String[] words = line.split(" +", 4);
            switch (words[0]) {
                case "allowed" -> allowed.add(words[1]);
                case "is" -> lookedUp.put(words[1], words[2]);
                default -> assertThat(line).matches("|#.*");
            }
        }
    }

    @Test
    void everyLibraryMayBeUsed() {
        assertThat(refused(LIBRARIES)).isEmpty();
    }

    @Test
    void whatIsAllowedOrLookedUpIsNeeded() {
        List<String> named =
                LIBRARIES.stream().flatMap(one -> one.licences().stream()).toList();
        List<String> libraries = LIBRARIES.stream().map(Library::coordinates).toList();

        assertThat(named).containsAll(allowed);
        assertThat(libraries).containsAll(lookedUp.keySet());
        assertThat(allowed).containsAll(lookedUp.values());
    }

    @Test
    void whatIsNotAllowedIsRefused() {
        List<Library> others = List.of(
                new Library("org.example", "agpl", "1", List.of("AGPL-3.0-only")),
                new Library("org.example", "choice", "1", List.of("GPL-3.0-only", "MIT")),
                new Library("org.example", "silent", "1", List.of()),
                new Library("org.example", "alike", "1", List.of("MIT-like")));

        assertThat(refused(others)).containsExactly("org.example:agpl", "org.example:silent", "org.example:alike");
    }

    private List<String> refused(List<Library> libraries) {
        List<String> refused = new ArrayList<>();
        for (Library library : libraries) {
            String known = lookedUp.get(library.coordinates());
            List<String> choice = known == null ? library.licences() : List.of(known);
            if (Collections.disjoint(choice, allowed)) {
                refused.add(library.coordinates());
            }
        }
        return refused;
    }
}
