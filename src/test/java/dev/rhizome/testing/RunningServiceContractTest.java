package dev.rhizome.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.core.env.Environment;

/** What the tests' own service is made of. */
class RunningServiceContractTest {

    @Test
    void theMachinesVariablesDoNotReachTheService() {
        Environment environment = RunningService.get().bean(Environment.class);

        assertThat(System.getenv()).containsKey("PATH");
        assertThat(environment.getProperty("PATH")).isNull();
        assertThat(environment.getProperty("PORT")).isEqualTo("0");
    }
}
