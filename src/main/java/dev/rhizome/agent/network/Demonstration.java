package dev.rhizome.agent.network;

import dev.rhizome.http.JsonFields;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An agent showed a capability once more.
 *
 * @param canonical name of the capability
 * @param success whether it went well
 * @param taskId in which, null where it is not told
 */
record Demonstration(
        String canonical, boolean success, @Nullable String taskId) {

    private static final Set<String> FIELDS = Set.of("name", "success", "taskId");

    static Demonstration parse(byte[] json) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        String task = body.text("taskId");
        if (!body.has("success")) {
            body.fields().reject("success", "missing", "true or false");
        }
        Demonstration demonstration = new Demonstration(
                CapabilityInput.canonical(CapabilityInput.checkedName(body, "name")),
                body.flag("success", false),
                task == null ? null : body.fields().id("taskId", task));
        body.finish();
        return demonstration;
    }
}
