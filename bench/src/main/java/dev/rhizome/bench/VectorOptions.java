package dev.rhizome.bench;

import picocli.CommandLine.Option;

/** How long the vectors are that a benchmark makes. */
final class VectorOptions {

    @Option(
            names = "--dimensions",
            defaultValue = "${env:RHIZOME_EMBEDDING_DIMENSION:-384}",
            paramLabel = "N",
            description = "Numbers in a vector, as the service has them (${DEFAULT-VALUE}).")
    private int dimensions;

    /**
     * Numbers in a vector.
     *
     * @throws IllegalArgumentException where there are none
     */
    int dimensions() {
        return BenchOptions.atLeast("--dimensions", dimensions, 1);
    }
}
