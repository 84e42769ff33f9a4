package dev.rhizome.agent.network;

import java.util.LinkedHashSet;
import java.util.List;

/** Ids of tasks that show something. */
final class Tasks {

    /** Most that are kept for one thing; when more come, the oldest are let go. */
    static final int MOST = 200;

    private Tasks() {}

    /** The ids of {@code given}, each once. */
    static List<String> distinct(List<String> given) {
        return List.copyOf(new LinkedHashSet<>(given));
    }
}
