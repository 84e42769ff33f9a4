package dev.rhizome.agent.network;

import java.util.LinkedHashSet;
import java.util.List;

/** Ids of tasks that show something. */
final class Tasks {

    /** Task ids kept for one capability or relationship; when more come, the oldest are dropped. */
    static final int MAX_TASKS = 200;

    private Tasks() {}

    /** The ids of {@code given}, each once. */
    static List<String> distinct(List<String> given) {
        return List.copyOf(new LinkedHashSet<>(given));
    }
}
