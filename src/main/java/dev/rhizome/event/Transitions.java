package dev.rhizome.event;

import dev.rhizome.problem.Conflict;
import java.util.Map;
import java.util.Set;

/**
 * Which status may follow which.
 *
 * @param before for each status that can be entered, those that it can be entered from
 */
record Transitions(Map<String, Set<String>> before) {

    /** The statuses from which {@code status} can be entered; none where it is only ever the first. */
    String[] into(String status) {
        return before.getOrDefault(status, Set.of()).stream().sorted().toArray(String[]::new);
    }

    /** Says that a thing cannot change from {@code status} as it was asked to. */
    static Conflict refused(String what, String status) {
        return new Conflict("the " + what + " is " + status + ", which does not go where the request says");
    }
}
