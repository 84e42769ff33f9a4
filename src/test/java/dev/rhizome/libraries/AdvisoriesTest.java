package dev.rhizome.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.libraries.BillOfMaterials.Library;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No library has a hole that {@code advisories.txt} knows of, unless it says why that does not matter here. */
class AdvisoriesTest {

    private static final List<Library> LIBRARIES =
            BillOfMaterials.ofThisProgram().libraries();

    @Test
    void noLibraryHasAKnownHole() throws IOException {
        assertThat(Advisory.all())
                .filteredOn(advisory -> !advisory.isAccepted())
                .allSatisfy(advisory -> assertThat(LIBRARIES)
                        .as(advisory.id() + ", " + advisory.what())
                        .noneMatch(advisory::affects));
    }

    @Test
    void whatIsAcceptedIsStillThere() throws IOException {
        assertThat(Advisory.all())
                .filteredOn(Advisory::isAccepted)
                .allSatisfy(advisory -> assertThat(LIBRARIES).as(advisory.id()).anyMatch(advisory::affects));
    }

    /** A mistake in a name would make an advisory one of nothing. */
    @Test
    void eachAdvisoryIsOfALibraryThatIsThere() throws IOException {
        assertThat(Advisory.all()).hasSizeGreaterThan(20).allSatisfy(advisory -> {
            assertThat(advisory.id()).matches("(CVE-20\\d\\d-\\d{4,6}|GHSA(-[0-9a-z]{4}){3})");
            assertThat(LIBRARIES).as(advisory.id()).anyMatch(advisory::isOf);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "4.1.123.Final, false",
        "4.2.0.Final, true",
        "4.2.3.Final, true",
        "4.2.4.Final, false",
        "4.2.18.Final, false",
        "4.3, false"
    })
    void aVersionIsComparedByItsNumbers(String version, boolean affected) {
        Advisory advisory = Advisory.of("CVE-2025-55163 | io.netty:netty-codec-http2 | 4.2 | 4.2.4 | resets");

        assertThat(advisory.affects(new Library("io.netty", "netty-codec-http2", version, List.of())))
                .isEqualTo(affected);
        assertThat(advisory.affects(new Library("io.netty", "netty-codec-http", version, List.of())))
                .isFalse();
    }

    @Test
    void anAdvisoryOfAGroupIsOneOfEachOfItsLibraries() {
        Advisory advisory = Advisory.of("CVE-2025-55163 | io.netty:* | 4.2 | 4.2.4 | resets | not used");

        assertThat(advisory.affects(new Library("io.netty", "netty-buffer", "4.2.1", List.of())))
                .isTrue();
        assertThat(advisory.affects(new Library("io.netty.more", "netty-buffer", "4.2.1", List.of())))
                .isFalse();
        assertThat(advisory.isAccepted()).isTrue();
    }
}
