package dev.rhizome.bench.service;

import dev.rhizome.client.LineResult;
import org.jspecify.annotations.Nullable;

/**
 * What became of the lines of an upload.
 *
 * @param problem what is wrong with the first line that was refused, null where none was
 */
public record Totals(
        long created,
        long updated,
        long unchanged,
        long failed,
        @Nullable String problem) {

    static final Totals NONE = new Totals(0, 0, 0, 0, null);

    /** These and one more. */
    Totals with(LineResult result) {
        return switch (result) {
            case LineResult.Refused refused -> refused(refused.problem().detail());
            case LineResult.Taken taken -> taken(taken.status());
        };
    }

    private Totals refused(String detail) {
        return new Totals(created, updated, unchanged, failed + 1, problem == null ? detail : problem);
    }

    private Totals taken(String status) {
        return switch (status) {
            case "created" -> new Totals(created + 1, updated, unchanged, failed, problem);
            case "updated" -> new Totals(created, updated + 1, unchanged, failed, problem);
            default -> new Totals(created, updated, unchanged + 1, failed, problem);
        };
    }
}
