package dev.rhizome.federation;

import dev.rhizome.database.Rows;
import io.r2dbc.spi.Readable;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * An answer. It is the same for whoever asks, and stays as it is.
 *
 * @param group task type
 * @param value mean over the tenants of each one's own number, with noise
 * @param tenants how many there are, with noise; not fewer than {@code k}
 * @param k fewest tenants that it may be of
 * @param answeredAt when it was asked for first
 */
record Figure(
        String measure, String group, Span period, double value, long tenants, Noise noise, int k, Instant answeredAt) {

    /** From the first moment on, and before the last. */
    record Span(Instant from, Instant until) {

        static Span of(Readable row) {
            return new Span(
                    Rows.required(row, "period_from", Instant.class),
                    Rows.required(row, "period_until", Instant.class));
        }
    }

    /**
     * The noise of the value.
     *
     * @param mechanism its distribution
     * @param scale of it, in the unit of the value, for as many tenants as the answer says
     * @param epsilon what the answer costs each tenant that is in it, and whoever asked first
     */
    record Noise(String mechanism, double scale, double epsilon) {}

    static Figure of(Question question, Readable row) {
        return new Figure(
                question.measure(),
                question.group(),
                Span.of(row),
                Rows.required(row, "value", Double.class),
                Rows.required(row, "tenants", Long.class),
                new Noise(
                        "laplace",
                        Rows.required(row, "scale", Double.class),
                        Rows.required(row, "epsilon", BigDecimal.class).doubleValue()),
                Rows.required(row, "k", Integer.class),
                Rows.required(row, "answered_at", Instant.class));
    }
}
