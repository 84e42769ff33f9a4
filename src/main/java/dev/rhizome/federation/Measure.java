package dev.rhizome.federation;

import dev.rhizome.database.Rows;
import io.r2dbc.spi.Readable;
import java.math.BigDecimal;

/**
 * A figure that can be asked for, group by group and period by period.
 *
 * @param name of it
 * @param unit of the value
 * @param range that each tenant's own number is clamped to
 * @param group what the groups are
 * @param epsilon what a new answer costs
 */
record Measure(String name, String unit, Range range, String group, double epsilon) {

    /** From the least to the greatest number that counts. */
    record Range(double min, double max) {}

    static Measure of(Readable row) {
        return new Measure(
                Rows.required(row, "measure", String.class),
                Rows.required(row, "unit", String.class),
                new Range(number(row, "lowest"), number(row, "highest")),
                "task type",
                number(row, "epsilon"));
    }

    private static double number(Readable row, String column) {
        return Rows.required(row, column, BigDecimal.class).doubleValue();
    }
}
