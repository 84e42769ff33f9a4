package dev.rhizome.federation;

/**
 * What is asked. Two that are equal have one answer.
 *
 * @param measure name of a {@link Measure}
 * @param group task type, in lower case
 */
record Question(String measure, String group, Period period) {

    /** As the audit names it. */
    @Override
    public String toString() {
        return measure + " of " + group + " in " + period.name();
    }
}
