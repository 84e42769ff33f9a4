package dev.rhizome.bulk;

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
     * @param problem null where there is none; one that is no {@code RhizomeException} is a fault of ours
     */
    record Result(@Nullable Outcome outcome, @Nullable Throwable problem) {

        /** Written. */
        public static Result of(Outcome outcome) {
            return new Result(outcome, null);
        }

        /** Kept out. */
        public static Result of(Throwable problem) {
            return new Result(null, problem);
        }
    }

    /**
     * Writes {@code batch}, whose keys differ.
     *
     * @return one result a thing, in the batch's order, after the commit; an error means that nothing was written
     */
    Mono<List<Result>> write(List<T> batch);

    /**
     * Whether items must be written in the order in which they were sent, because a chain takes them in that order or one
     * refers to an earlier one. Such a writer lets one batch of a tenant follow another, so that two cannot deadlock.
     */
    default boolean isOrdered() {
        return false;
    }
}
