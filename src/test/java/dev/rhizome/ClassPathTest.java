package dev.rhizome;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What belongs to benchmarks is not the service's. */
class ClassPathTest {

    @Test
    void theServiceHasNoDictionaryNoProgressBarAndNoProjectBesideIt() {
        List<String> entries = List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1));

        assertThat(entries)
                .anyMatch(entry -> entry.contains("spring-webflux"))
                .noneMatch(entry -> entry.contains("extjwnl"))
                .noneMatch(entry -> entry.contains("progressbar"))
                .noneMatch(entry -> entry.contains("rhizome-bench") || entry.contains("rhizome-client"));
    }
}
