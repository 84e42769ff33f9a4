package dev.rhizome.agent.network;

import dev.rhizome.http.JsonFields;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Ids of tasks that show something. */
final class Tasks {

    /** Most that are kept for one thing; when more come, the oldest are let go. */
    static final int MOST = 200;

    private Tasks() {}

    /** The ids in an array, each once. */
    static List<String> read(JsonFields body, String field) {
        Set<String> tasks = new LinkedHashSet<>();
        for (String task : body.list(field)) {
            tasks.add(body.fields().id(field, task));
        }
        if (tasks.size() > MOST) {
            body.fields().reject(field, tasks.size() + " values", "at most " + MOST);
        }
        return List.copyOf(tasks);
    }
}
