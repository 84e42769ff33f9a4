package dev.rhizome.bulk;

import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.OptimisticLockConflict;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.util.retry.Retry;

/**
 * What a statement did to something that is written once. Sent again, it is unchanged where all of it is the same, and refused where
 * something of it is not.
 *
 * @param id by which it is known
 * @param created whether the statement wrote it
 * @param known whether the statement saw it as stored before
 * @param same whether what is stored is what was sent
 */
public record WrittenOnce(String id, boolean created, boolean known, boolean same) {

    /** Runs a statement again whose rows were not all {@linkplain #seen seen}. */
    public static final Retry UNTIL_SEEN = Retry.max(3)
            .filter(OptimisticLockConflict.class::isInstance)
            .onRetryExhaustedThrow((spec, signal) -> signal.failure());

    /**
     * The same rows.
     *
     * @throws OptimisticLockConflict where somebody else stores one at the same moment, so that the statement neither wrote nor saw it
     */
    public static List<WrittenOnce> seen(List<WrittenOnce> rows) {
        for (WrittenOnce row : rows) {
            if (!row.created && !row.known) {
                throw new OptimisticLockConflict(
                        "something with the id " + row.id + " is being written by another request");
            }
        }
        return rows;
    }

    /**
     * What became of each of {@code batch}, in its order.
     *
     * @param kind of the things, for the problem of one that is there with another content
     * @param rows one for each of them
     */
    public static <T extends BulkItem> List<BatchWriter.Result> results(
            String kind, List<T> batch, List<WrittenOnce> rows) {
        Map<String, WrittenOnce> byId = rows.stream().collect(Collectors.toMap(WrittenOnce::id, Function.identity()));
        return batch.stream()
                .map(item -> Objects.requireNonNull(byId.get(item.key())).result(kind))
                .toList();
    }

    private BatchWriter.Result result(String kind) {
        if (created) {
            return BatchWriter.Result.of(Outcome.CREATED);
        }
        return same
                ? BatchWriter.Result.of(Outcome.UNCHANGED)
                : BatchWriter.Result.of(new Conflict("a " + kind + " with id " + id + " exists with another content"));
    }
}
