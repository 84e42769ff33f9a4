package dev.rhizome.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.libraries.BillOfMaterials.Library;
import java.io.File;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bill of materials is of this program; that it names all there is, the integration test of the program says. */
class BillOfMaterialsTest {

    private static final BillOfMaterials BILL = BillOfMaterials.ofThisProgram();

    @Test
    void itIsACycloneDxOfTheProgram() {
        assertThat(BILL.root().path("bomFormat").asString()).isEqualTo("CycloneDX");
        assertThat(BILL.root().path("specVersion").asString()).isEqualTo("1.6");
        assertThat(BILL.root().at("/metadata/component/name").asString()).isEqualTo("rhizome");
        assertThat(BILL.root().at("/metadata/component/type").asString()).isEqualTo("application");
    }

    /** One of an earlier build would be judged in place of what is built now. */
    @Test
    void itsLibrariesAreThoseOfTheClassPath() {
        List<String> entries = List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1));

        assertThat(BILL.libraries())
                .hasSizeGreaterThan(100)
                .allSatisfy(library -> assertThat(entries)
                        .as(library.coordinates() + " " + library.version())
                        .anyMatch(entry -> entry.contains(path(library))));
    }

    private static String path(Library library) {
        return String.join("/", library.group().replace('.', '/'), library.name(), library.version(), library.name())
                .replace('/', File.separatorChar);
    }
}
