package dev.rhizome.federation;

import dev.rhizome.database.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;

/**
 * What a tenant may still give away and ask for, in this quarter of a year.
 *
 * @param epsilon of each side, for the whole quarter
 * @param kAnonymity fewest tenants that a figure must be of, as this tenant has it
 * @param contributor what was given away of it
 * @param asker what it was given
 * @param since when the quarter began
 * @param renewsAt when the next one begins, and nothing of it is spent
 */
record Budget(double epsilon, int kAnonymity, Side contributor, Side asker, Instant since, Instant renewsAt) {

    /** Of epsilon. */
    record Side(double spent, double remaining) {

        private static Side of(double spent, double epsilon) {
            return new Side(spent, Math.max(0, epsilon - spent));
        }
    }

    static Budget of(Readable row) {
        double epsilon = Rows.required(row, "epsilon", Double.class);
        return new Budget(
                epsilon,
                Rows.required(row, "k", Integer.class),
                Side.of(Rows.required(row, "contributed", Double.class), epsilon),
                Side.of(Rows.required(row, "asked", Double.class), epsilon),
                Rows.required(row, "since", Instant.class),
                Rows.required(row, "renews_at", Instant.class));
    }
}
