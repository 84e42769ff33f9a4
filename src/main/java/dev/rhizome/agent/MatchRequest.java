package dev.rhizome.agent;

import dev.rhizome.http.JsonFields;
import dev.rhizome.http.Listing;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which agent is wanted for a task.
 *
 * @param text what is to be done, null where only words are asked for
 * @param taskType that it must declare, null for any
 * @param languages of which it must declare one, empty for any
 * @param specializations of which it must declare one, empty for any
 * @param maxUtilization 0 to 1
 * @param minSuccessRate 0 to 1
 * @param paging how many
 */
record MatchRequest(
        @Nullable String text,
        @Nullable String taskType,
        List<String> languages,
        List<String> specializations,
        double maxUtilization,
        double minSuccessRate,
        Listing.Paging paging) {

    private static final Set<String> FIELDS = Set.of(
            "text", "taskType", "languages", "specializations", "maxUtilization", "minSuccessRate", "limit", "cursor");
    private static final int MAX_TEXT_LENGTH = 10_000;
    private static final int MAX_VALUE_LENGTH = 100;

    static MatchRequest parse(byte[] json) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        String text = body.text("text");
        String taskType = body.text("taskType");
        MatchRequest request = new MatchRequest(
                text == null ? null : body.fields().text("text", text.strip(), 1, MAX_TEXT_LENGTH),
                taskType == null ? null : body.fields().text("taskType", taskType, 1, MAX_VALUE_LENGTH),
                Skills.words(body, "languages"),
                Skills.words(body, "specializations"),
                fraction(body, "maxUtilization", 1),
                fraction(body, "minSuccessRate", 0),
                Listing.Paging.read(body));
        body.finish();
        return request;
    }

    private static double fraction(JsonFields body, String name, double otherwise) {
        Double given = body.number(name, 0, 1);
        return given == null ? otherwise : given;
    }
}
