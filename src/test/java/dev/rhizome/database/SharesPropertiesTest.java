package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.fairness.FairTurns;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How many connections and requests tenants have, as it is set and as it comes about by itself. */
class SharesPropertiesTest {

    private static final int PROCESSORS = Math.max(2, Runtime.getRuntime().availableProcessors());

    private static DatabaseSettings.Limits pool(int connections) {
        return DatabaseSettings.from(Map.of("DB_POOL_MIN", "1", "DB_POOL_MAX", String.valueOf(connections)))
                .limits();
    }

    @Test
    void whatIsSetIsWhatTenantsHaveUpToThePool() {
        FairTurns.Limits limits = new SharesProperties(7, 3, 5, 100, 50).limits(pool(20));

        assertThat(limits.places()).isEqualTo(20);
        assertThat(limits.alone()).isEqualTo(7);
        assertThat(limits.contended()).isEqualTo(3);
        FairTurns.Limits small = new SharesProperties(7, 3, 5, 100, 50).limits(pool(2));
        assertThat(small.alone()).isEqualTo(2);
        assertThat(small.contended()).isEqualTo(2);
    }

    @Test
    void withoutASettingTheProcessorsDecide() {
        FairTurns.Limits limits = new SharesProperties(0, 0, 0, 100, 50).limits(pool(1_000));

        assertThat(limits.alone()).isEqualTo(2 * PROCESSORS);
        assertThat(limits.contended()).isEqualTo(PROCESSORS);
        assertThat(new SharesProperties(0, 0, 0, 100, 50).ofRequests(pool(10)).contended())
                .isEqualTo(2 * PROCESSORS);
        assertThat(new SharesProperties(0, 0, 9, 100, 50).ofRequests(pool(10)).contended())
                .isEqualTo(9);
    }
}
