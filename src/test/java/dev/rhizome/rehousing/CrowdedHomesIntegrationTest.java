package dev.rhizome.rehousing;

import static dev.rhizome.rehousing.RehousedTenant.LIMIT;
import static dev.rhizome.rehousing.RehousedTenant.MODEL;
import static dev.rhizome.rehousing.RehousingIntegrationTest.BY_VECTOR;
import static dev.rhizome.rehousing.RehousingIntegrationTest.INDEXED;
import static dev.rhizome.rehousing.RehousingIntegrationTest.OWN_FROM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.EmbeddingServer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** More large tenants than may have tables of their own. */
class CrowdedHomesIntegrationTest {

    @Test
    void ofMoreThanMayHaveTheirOwnTheLargestDo() throws SQLException {
        TestDatabase crowded = TestDatabase.create();
        EmbeddingServer server = EmbeddingServer.giving(MODEL::answer);
        RunningService service =
                RunningService.on(crowded, RehousingIntegrationTest.settings(server, "--rhizome.vectors.most-own=1"));
        try {
            RehousedTenant first = RehousedTenant.create(service, crowded, "first", OWN_FROM + 50);
            first.until(INDEXED).block(LIMIT);
            RehousedTenant second = RehousedTenant.create(service, crowded, "second", OWN_FROM + 150);
            second.until("home = 0 and vectors > " + OWN_FROM).block(LIMIT);
            second.search(BY_VECTOR).block(LIMIT);
            assertThat(first.home()).startsWith("vectors_t");
            assertThat(second.home()).isEqualTo("vectors");

            second.load(OWN_FROM + 150, 3 * OWN_FROM).block(LIMIT);
            second.until(INDEXED).block(LIMIT);
            first.until("home = 0 and step is null").block(LIMIT);

            first.search(BY_VECTOR).block(LIMIT);
            assertThat(first.home()).isEqualTo("vectors");
            assertThat(second.home()).startsWith("vectors_t");
        } finally {
            service.close();
            server.close();
        }
    }
}
