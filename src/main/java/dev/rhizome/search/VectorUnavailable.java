package dev.rhizome.search;

import dev.rhizome.problem.RhizomeException;

/** No vector can be made of the words of a search, so the vector retriever cannot look. Others may. */
final class VectorUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final RhizomeException problem;

    /** For {@code problem}, which is what a search by vector alone fails with. */
    VectorUnavailable(RhizomeException problem) {
        super(problem.detail(), problem, false, false);
        this.problem = problem;
    }

    RhizomeException problem() {
        return problem;
    }
}
