package dev.rhizome.agent;

import dev.rhizome.http.JsonFields;
import java.util.Set;

/**
 * A change of an agent's load.
 *
 * @param active tasks begun, or ended where negative; -1,000,000 to 1,000,000
 * @param queued tasks that came to wait, or no longer do where negative; as above
 */
record LoadInput(int active, int queued) {

    static final int MAX_TASKS = 1_000_000;
    private static final Set<String> FIELDS = Set.of("active", "queued");

    static LoadInput parse(byte[] json) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        LoadInput change = new LoadInput(
                body.integer("active", 0, -MAX_TASKS, MAX_TASKS), body.integer("queued", 0, -MAX_TASKS, MAX_TASKS));
        if (!body.has("active") && !body.has("queued")) {
            body.fields().reject("active", "missing", "a whole number, or queued");
        }
        body.finish();
        return change;
    }
}
