package dev.rhizome.bench.faults;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Whether a process grows: what it holds at times, and the line through them by least squares.
 *
 * @param minutes that were looked at
 * @param memoryMb resident memory at the end
 * @param memoryMbPerMinute slope of the resident memory
 * @param threadsPerMinute slope of the threads
 * @param filesPerMinute slope of open files and connections
 */
public record Growth(
        double minutes, double memoryMb, double memoryMbPerMinute, double threadsPerMinute, double filesPerMinute) {

    /** Shorter than this a slope is mostly the service's warming up. */
    private static final double LEAST_MINUTES = 10;

    private static final double MOST_MEMORY_MB = 2;
    private static final double MOST_THREADS = 0.3;
    private static final double MOST_FILES = 1;

    /** What was seen at one time. */
    record Sample(double minute, double memoryMb, double threads, double files) {}

    /** Of {@code samples}, in the order of time. */
    static Growth of(List<Sample> samples) {
        if (samples.isEmpty()) {
            return new Growth(0, 0, 0, 0, 0);
        }
        return new Growth(
                samples.getLast().minute() - samples.getFirst().minute(),
                samples.getLast().memoryMb(),
                slope(samples, Sample::memoryMb),
                slope(samples, Sample::threads),
                slope(samples, Sample::files));
    }

    /** False where it was looked at for ten minutes and grew; the bounds are 2 MB, 0.3 threads and a file a minute. */
    public boolean isBounded() {
        return minutes < LEAST_MINUTES
                || (memoryMbPerMinute <= MOST_MEMORY_MB
                        && threadsPerMinute <= MOST_THREADS
                        && filesPerMinute <= MOST_FILES);
    }

    private static double slope(List<Sample> samples, ToDoubleFunction<Sample> value) {
        double time = samples.stream().mapToDouble(Sample::minute).average().orElse(0);
        double mean = samples.stream().mapToDouble(value).average().orElse(0);
        double spread = samples.stream()
                .mapToDouble(sample -> (sample.minute() - time) * (sample.minute() - time))
                .sum();
        double together = samples.stream()
                .mapToDouble(sample -> (sample.minute() - time) * (value.applyAsDouble(sample) - mean))
                .sum();
        return spread == 0 ? 0 : together / spread;
    }
}
