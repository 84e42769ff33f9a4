package dev.rhizome.agent;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.graph.Projection;
import dev.rhizome.http.FieldReader;
import dev.rhizome.http.JsonFields;
import dev.rhizome.indexing.SearchDocument;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An agent as its writer wants it.
 *
 * @param id 1 to 180 characters, chosen by the client or generated
 * @param name 1 to 500 characters, unique in the tenant
 * @param modelFamily such as {@code claude-3.5}; 1 to 100 characters
 * @param description what it is for, up to 20,000 characters, may be empty
 * @param status available, busy, offline or maintenance; the last two are never matched
 * @param maxConcurrent tasks that it can work on at once, 1 to 1,000,000
 * @param skills what it can do
 * @param metadata a JSON object
 * @param card the A2A Agent Card that it comes from, null for none
 */
record AgentInput(
        String id,
        String name,
        String modelFamily,
        String description,
        String status,
        int maxConcurrent,
        Skills skills,
        String metadata,
        @Nullable String card)
        implements BulkItem {

    private record Given(JsonFields body, String name) {}

    static final String KIND = "agent";
    static final String TYPE = "AGENT";
    static final int USUAL_CAPACITY = 10;
    static final Map<String, String> STATUSES =
            Stream.of("available", "busy", "offline", "maintenance").collect(Collectors.toMap(s -> s, s -> s));

    private static final Set<String> CHANGEABLE =
            Set.of("name", "modelFamily", "description", "status", "maxConcurrent", "capabilities", "metadata");
    private static final Set<String> FIELDS =
            Stream.concat(CHANGEABLE.stream(), Stream.of("id")).collect(Collectors.toUnmodifiableSet());
    /** Words that stand where an id would in the routes. */
    private static final Set<String> ROUTES =
            Set.of("match", "statistics", "stale", "cards", "relationships", "centrality", "capabilities");

    private static final int LONGEST_NAME = 500;
    private static final int LONGEST_DESCRIPTION = 20_000;
    private static final int LONGEST_MODEL = 100;
    private static final int MOST_CAPACITY = 1_000_000;

    /** Reads a new agent. */
    static AgentInput parse(byte[] json) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        String given = body.text("id");
        String id = given == null ? FieldReader.newId() : checkedId(body.fields(), given);
        return new AgentInput(id, "", "", "", "available", USUAL_CAPACITY, Skills.NONE, "{}", null).merged(body);
    }

    /** This agent with the fields that {@code json} has; an error of everything that is wrong with them. */
    AgentInput changed(byte[] json) {
        return merged(JsonFields.parse(json, CHANGEABLE));
    }

    /** This agent with what a card of it says. */
    AgentInput withCard(AgentInput other) {
        Skills all = new Skills(other.skills.taskTypes(), skills.languages(), other.skills.specializations());
        return new AgentInput(
                id, other.name, modelFamily, other.description, status, maxConcurrent, all, metadata, other.card);
    }

    private AgentInput merged(JsonFields body) {
        String given = body.object("metadata");
        AgentInput merged = new AgentInput(
                id,
                text(new Given(body, "name"), name, 1, LONGEST_NAME),
                text(new Given(body, "modelFamily"), modelFamily, 1, LONGEST_MODEL),
                text(new Given(body, "description"), description, 0, LONGEST_DESCRIPTION),
                body.word("status", status, STATUSES),
                body.integer("maxConcurrent", maxConcurrent, 1, MOST_CAPACITY),
                Skills.read(body, skills),
                given == null ? metadata : given,
                card);
        body.finish();
        return merged;
    }

    @Override
    public String key() {
        return id;
    }

    @Override
    public Set<String> uniqueValues() {
        return Set.of(id, "name " + name);
    }

    /** What graph and search get of it: everything that says what it can do. */
    SearchDocument document() {
        String text = Stream.of(
                        description,
                        listed("Task types", skills.taskTypes()),
                        listed("Languages", skills.languages()),
                        listed("Specializations", skills.specializations()),
                        "Model: " + modelFamily)
                .filter(part -> !part.isBlank())
                .collect(Collectors.joining(". "));
        return new SearchDocument(Projection.nodeId(KIND, id), TYPE, name, text, 1, metadata, null);
    }

    private static String listed(String what, List<String> words) {
        return words.isEmpty() ? "" : what + ": " + String.join(", ", words);
    }

    private static String text(Given given, String otherwise, int least, int most) {
        String value = given.body().text(given.name());
        if (value != null) {
            return given.body().fields().text(given.name(), value, least, most);
        }
        if (otherwise.length() < least && !given.body().has(given.name())) {
            given.body().fields().reject(given.name(), "missing", "a string");
        }
        return otherwise;
    }

    /** An id that no route stands in the way of. */
    static String checkedId(FieldReader rules, String id) {
        if (ROUTES.contains(id)) {
            rules.reject(
                    "id", id, "another word than " + ROUTES.stream().sorted().toList());
        }
        if (id.codePointCount(0, id.length()) > Projection.LONGEST_ID) {
            rules.reject("id", id, "1 to " + Projection.LONGEST_ID + " characters");
        }
        return rules.id("id", id);
    }
}
