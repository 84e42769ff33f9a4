package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PoolStatisticsTest {

    @Test
    void aPoolThatIsBusyIsNotBroken() {
        assertThat(new PoolStatistics(20, 20, 0, 0, 20).healthStatus()).isEqualTo("healthy");
        assertThat(new PoolStatistics(20, 5, 15, 0, 20).healthStatus()).isEqualTo("healthy");
        assertThat(new PoolStatistics(20, 4, 16, 0, 20).healthStatus()).isEqualTo("degraded");
        assertThat(new PoolStatistics(1, 0, 1, 100, 1).healthStatus()).isEqualTo("degraded");
    }
}
