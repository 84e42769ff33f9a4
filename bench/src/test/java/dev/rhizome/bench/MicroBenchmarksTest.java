package dev.rhizome.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Parts of a request by themselves, each beside a baseline. Among the tests each runs once, to see that it does;
 * {@code bin/bench micro} measures them, in processes with the options of the service.
 */
class MicroBenchmarksTest {

    private static final boolean IS_MEASURED = Boolean.getBoolean("rhizome.micro");

    @Test
    void eachStandsBesideABaseline() throws RunnerException, IOException {
        ChainedOptionsBuilder options =
                new OptionsBuilder().include("dev\\.rhizome\\..*Benchmark\\.").timeUnit(TimeUnit.MICROSECONDS);
        Collection<RunResult> results = new Runner((IS_MEASURED ? measured(options) : once(options)).build()).run();

        Map<String, List<String>> methods = results.stream()
                .map(result -> result.getParams().getBenchmark().split("\\."))
                .collect(Collectors.groupingBy(
                        name -> name[name.length - 2],
                        Collectors.mapping(name -> name[name.length - 1], Collectors.toList())));
        assertThat(methods)
                .containsOnlyKeys("EmbeddingBenchmark", "FusionBenchmark", "NdjsonBenchmark", "PackedRowsBenchmark")
                .allSatisfy((name, each) -> assertThat(each).hasSize(2).contains("baseline"));
        assertThat(results)
                .allSatisfy(result -> assertThat(result.getPrimaryResult().getScore())
                        .as(result.getParams().getBenchmark())
                        .isPositive());
    }

    private static ChainedOptionsBuilder once(ChainedOptionsBuilder options) {
        return options.mode(Mode.SingleShotTime)
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .shouldFailOnError(true);
    }

    private static ChainedOptionsBuilder measured(ChainedOptionsBuilder options) throws IOException {
        return options.mode(Mode.AverageTime)
                .forks(2)
                .jvmArgs(serviceOptions())
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(2))
                .measurementIterations(5)
                .measurementTime(TimeValue.seconds(2))
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true);
    }

    private static String[] serviceOptions() throws IOException {
        return Files.readAllLines(Path.of("bin/lib/java.options")).stream()
                .filter(line -> line.startsWith("-"))
                .toArray(String[]::new);
    }
}
