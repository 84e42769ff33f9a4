package dev.rhizome.agent;

import dev.rhizome.http.JsonFields;
import dev.rhizome.problem.InvalidRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Agent Card of the A2A protocol, versions 0.3 and 1.0: an agent is made of one, and shown as one.
 *
 * <p>Names of skills become specializations, their tags task types. Fields that mean nothing here are kept as they came, and
 * come back on export.
 */
final class AgentCard {

    private static final String TEXT = "text/plain";
    private static final int LONGEST_WORD = 100;

    private AgentCard() {}

    /**
     * What a card is imported as.
     *
     * @param id null to make one of the card's name
     * @param modelFamily a card does not tell it
     */
    record Wanted(@Nullable String id, String modelFamily) {}

    /**
     * Reads a card.
     *
     * @throws InvalidRequest naming the field of the card that is wrong
     */
    static AgentInput parse(byte[] json, Wanted wanted) {
        JsonFields card = JsonFields.parseOpen(json);
        String name = card.requiredText("name");
        String description = card.text("description");
        List<String> names = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        for (JsonFields skill : card.openChildren("skills")) {
            names.add(shortened(skill.requiredText("name")));
            tags.addAll(skill.list("tags").stream().map(AgentCard::shortened).toList());
        }
        String id = wanted.id() == null ? idOf(name) : wanted.id();
        AgentInput agent = new AgentInput(
                AgentInput.checkedId(card.fields(), id),
                card.fields().text("name", name, 1, 500),
                wanted.modelFamily(),
                description == null ? "" : card.fields().text("description", description, 0, 20_000),
                "available",
                AgentInput.USUAL_CAPACITY,
                new Skills(
                        Skills.words(card.fields(), "skills.tags", tags),
                        List.of(),
                        Skills.words(card.fields(), "skills.name", names)),
                "{}",
                card.asText("card"));
        card.finish();
        return agent;
    }

    /** The agent as a card: the one that it was made of with what has changed since, or one of version 1.0. */
    static ObjectNode of(Agent agent) {
        JsonMapper json = JsonMapper.shared();
        String given = agent.card();
        ObjectNode card = given == null ? json.createObjectNode() : (ObjectNode) json.readTree(given);
        card.put("name", agent.name());
        card.put("description", agent.description());
        if (given == null) {
            card.put("version", "1.0.0");
            card.set("supportedInterfaces", interfaces(agent, json));
            card.set("capabilities", json.createObjectNode());
            card.set("defaultInputModes", json.createArrayNode().add(TEXT));
            card.set("defaultOutputModes", json.createArrayNode().add(TEXT));
        }
        card.set("skills", skills(agent, card.path("skills"), json));
        return card;
    }

    /** Where the agent answers, if its metadata has a {@code url}. */
    private static ArrayNode interfaces(Agent agent, JsonMapper json) {
        ArrayNode interfaces = json.createArrayNode();
        JsonNode url = json.readTree(agent.metadata()).path("url");
        if (url.isString()) {
            interfaces
                    .addObject()
                    .put("url", url.stringValue())
                    .put("protocolBinding", "JSONRPC")
                    .put("protocolVersion", "1.0");
        }
        return interfaces;
    }

    /** The card's own where the agent still has them; specializations that came later are added. */
    private static ArrayNode skills(Agent agent, JsonNode imported, JsonMapper json) {
        Set<String> known = Set.of(Skills.canonical(agent.capabilities().specializations()));
        List<String> shown = new ArrayList<>();
        ArrayNode skills = json.createArrayNode();
        for (JsonNode skill : imported) {
            String name = Skills.canonical(shortened(skill.path("name").asString("")));
            if (known.contains(name)) {
                skills.add(skill);
                shown.add(name);
            }
        }
        for (String name : agent.capabilities().specializations()) {
            if (!shown.contains(Skills.canonical(name))) {
                ArrayNode tags = skills.addObject()
                        .put("id", slug(name))
                        .put("name", name)
                        .put("description", name)
                        .putArray("tags");
                agent.capabilities().taskTypes().forEach(tags::add);
            }
        }
        return skills;
    }

    private static String idOf(String name) {
        String slug = slug(name);
        return slug.length() <= LONGEST_WORD ? slug : slug.substring(0, LONGEST_WORD);
    }

    private static String slug(String name) {
        return name.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", "-")
                .replaceAll("^-+|-+$", "");
    }

    private static String shortened(String word) {
        return word.length() <= LONGEST_WORD ? word : word.substring(0, LONGEST_WORD);
    }
}
