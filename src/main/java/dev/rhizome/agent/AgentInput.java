package dev.rhizome.agent;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.graph.Projection;
import dev.rhizome.indexing.SearchDocument;
import java.util.List;
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

    static final String KIND = "agent";
    static final String TYPE = "AGENT";
    static final int DEFAULT_CAPACITY = 10;

    /** An agent of which nothing but its id is known. */
    static AgentInput named(String id) {
        return new AgentInput(id, "", "", "", "available", DEFAULT_CAPACITY, Skills.NONE, "{}", null);
    }

    /** This agent with what a card of it says. */
    AgentInput withCard(AgentInput other) {
        Skills all = new Skills(other.skills.taskTypes(), skills.languages(), other.skills.specializations());
        return new AgentInput(
                id, other.name, modelFamily, other.description, status, maxConcurrent, all, metadata, other.card);
    }

    /** The same with another id. */
    AgentInput withId(String other) {
        return new AgentInput(other, name, modelFamily, description, status, maxConcurrent, skills, metadata, card);
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
}
