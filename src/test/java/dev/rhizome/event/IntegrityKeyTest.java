package dev.rhizome.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.ledger.ChainPosition;
import dev.rhizome.tenant.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key of events is made once, kept to its owner, and different for each tenant. */
class IntegrityKeyTest {

    private static final TenantId ACME = new TenantId(new UUID(1, 1));
    private static final TenantId OTHER = new TenantId(new UUID(1, 2));

    @TempDir
    private Path home = Path.of("");

    private String seal(TenantId tenant) {
        return IntegrityKey.resolve("", List.of(), home)
                .ledgerOf(tenant)
                .checkpoint(new ChainPosition(1, ChainPosition.BEGINNING.link()), (Instant) null)
                .seal();
    }

    @Test
    void isMadeOnceAndReadableByItsOwnerAlone() throws IOException {
        assertThat(seal(ACME)).isEqualTo(seal(ACME));
        try (Stream<Path> files = Files.list(home)) {
            assertThat(files.toList())
                    .singleElement()
                    .satisfies(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void isTheSameForAllThatStartAtOnce() {
        assertThat(IntStream.range(0, 16).parallel().mapToObj(i -> seal(ACME)).distinct())
                .hasSize(1);
    }

    @Test
    void isDifferentForEachTenant() {
        assertThat(seal(ACME)).isNotEqualTo(seal(OTHER));
    }

    @Test
    void isNotShort() {
        assertThatThrownBy(() -> IntegrityKey.resolve("change-me", List.of(), home))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("RHIZOME_EVENTS_INTEGRITY_KEY");
    }
}
