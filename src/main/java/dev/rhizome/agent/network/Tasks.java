package dev.rhizome.agent.network;

import dev.rhizome.http.JsonFields;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Ids of tasks that support a statement. */
final class Tasks {

    /** Task ids kept for one capability or relationship; when more come, the oldest are dropped. */
    static final int MAX_TASKS = 200;

    private Tasks() {}

    /** The ids in an array, each once. */
    static List<String> read(JsonFields body, String field) {
        Set<String> tasks = new LinkedHashSet<>();
        for (String task : body.list(field)) {
            tasks.add(body.fields().id(field, task));
        }
        if (tasks.size() > MAX_TASKS) {
            body.fields().reject(field, tasks.size() + " values", "at most " + MAX_TASKS);
        }
        return List.copyOf(tasks);
    }
}
