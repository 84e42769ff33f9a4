package dev.rhizome.bulk;

import dev.rhizome.problem.RhizomeException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Writes a batch of things in one transaction. */
@FunctionalInterface
public interface BatchWriter<T extends BulkItem> {

    /**
     * What became of one thing: an outcome, or the problem that keeps this one out.
     *
     * @param outcome null where there is a problem
     * @param problem null where there is none
     */
    record Result(@Nullable Outcome outcome, @Nullable RhizomeException problem) {

        /** Written. */
        public static Result of(Outcome outcome) {
            return new Result(outcome, null);
        }

        /** Kept out. */
        public static Result of(RhizomeException problem) {
            return new Result(null, problem);
        }
    }

    /**
     * Writes {@code batch}, whose keys differ.
     *
     * @return one result a thing, in the batch's order, after the commit; an error means that nothing was written
     */
    Mono<List<Result>> write(List<T> batch);
}
