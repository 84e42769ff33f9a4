package dev.rhizome.agent.network;

import dev.rhizome.http.JsonFields;
import java.util.List;
import java.util.Set;

/**
 * Two agents were seen together again.
 *
 * @param key which relationship shows it
 * @param times 1 to 1,000,000
 * @param tasks in which
 */
record ObservationInput(AgentRelationshipInput.Key key, long times, List<String> tasks) {

    private static final Set<String> FIELDS =
            Set.of("source", "target", "type", "directed", "times", "supportingTasks");
    private static final long MAX_TIMES = 1_000_000;

    static ObservationInput parse(byte[] json) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        AgentRelationshipInput.Key key = AgentRelationshipInput.Key.read(body, body.flag("directed", false));
        Long times = body.whole("times", 1, MAX_TIMES);
        ObservationInput observation =
                new ObservationInput(key, times == null ? 1 : times, Tasks.read(body, "supportingTasks"));
        body.finish();
        return observation;
    }
}
