package dev.rhizome.agent;

import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.WholeNumber;
import org.jspecify.annotations.Nullable;

/**
 * A change of an agent's load.
 *
 * @param active tasks begun, or ended where negative; null for none
 * @param queued tasks that came to wait, or no longer do where negative; as above
 */
record LoadInput(
        @Nullable @WholeNumber(min = -MAX_TASKS, max = MAX_TASKS)
        Integer active,

        @Nullable @WholeNumber(min = -MAX_TASKS, max = MAX_TASKS)
        Integer queued)
        implements SelfChecked {

    static final int MAX_TASKS = 1_000_000;

    @Override
    public void check(Faults faults) {
        if (active == null && queued == null) {
            faults.reject("active", "missing", "a whole number here or in queued");
        }
    }

    /** What is to be added to the tasks that it works on. */
    int activeChange() {
        return active == null ? 0 : active;
    }

    /** What is to be added to the tasks that wait. */
    int queuedChange() {
        return queued == null ? 0 : queued;
    }
}
