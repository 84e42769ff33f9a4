package dev.rhizome.agent;

import dev.rhizome.http.JsonFields;
import dev.rhizome.integrity.CanonicalEncoding;
import dev.rhizome.problem.InvalidRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
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
    private static final int MAX_VALUE_LENGTH = 100;
    private static final int HASH_BYTES = 8;

    private AgentCard() {}

    /**
     * A card as it is read.
     *
     * @param isNamed whether the importer gave the agent's id; else it was made of the card's name, and may be another
     *     agent's
     * @param agent what the card says
     */
    record Imported(boolean isNamed, AgentInput agent) {}

    /**
     * Reads a card.
     *
     * @param id of the agent, null to make one of the card's name
     * @param modelFamily of the agent, which a card does not tell
     * @throws InvalidRequest naming the field of the card that is wrong
     */
    static Imported parse(byte[] json, @Nullable String id, String modelFamily) {
        JsonFields card = JsonFields.parseOpen(json);
        String name = card.requiredText("name");
        String description = card.text("description");
        List<String> names = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        for (JsonFields skill : card.openChildren("skills")) {
            names.add(shortened(skill.requiredText("name")));
            tags.addAll(skill.list("tags").stream().map(AgentCard::shortened).toList());
        }
        AgentInput agent = new AgentInput(
                AgentInput.checkedId(card.fields(), id == null ? idOf(name) : id),
                card.fields().text("name", name, 1, 500),
                modelFamily,
                description == null ? "" : card.fields().text("description", description, 0, 20_000),
                "available",
                AgentInput.DEFAULT_CAPACITY,
                new Skills(
                        Skills.words(card.fields(), "skills.tags", tags),
                        List.of(),
                        Skills.words(card.fields(), "skills.name", names)),
                "{}",
                card.asText("card"));
        card.finish();
        return new Imported(id != null, agent);
    }

    /** The agent as a card: the one that it was made of with what has changed since, or one of version 1.0. */
    static ObjectNode of(Agent agent) {
        JsonMapper json = JsonMapper.shared();
        String original = agent.card();
        ObjectNode card = original == null ? json.createObjectNode() : (ObjectNode) json.readTree(original);
        card.put("name", agent.name());
        card.put("description", agent.description());
        if (original == null) {
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
        Set<String> shown = new HashSet<>();
        Set<String> ids = new HashSet<>();
        ArrayNode skills = json.createArrayNode();
        for (JsonNode skill : imported) {
            String name = Skills.canonical(shortened(skill.path("name").asString("")));
            if (known.contains(name)) {
                skills.add(skill);
                shown.add(name);
                ids.add(skill.path("id").asString(""));
            }
        }
        for (String name : agent.capabilities().specializations()) {
            if (!shown.contains(Skills.canonical(name))) {
                String slug = slug(name);
                ObjectNode skill = skills.addObject()
                        .put("id", !slug.isEmpty() && ids.add(slug) ? slug : distinct(slug, name))
                        .put("name", name)
                        .put("description", name);
                agent.capabilities().taskTypes().forEach(skill.putArray("tags")::add);
            }
        }
        return skills;
    }

    /** An id for the agent of a card. Different names may give the same: {@code C++ Reviewer} and {@code C# Reviewer} do. */
    private static String idOf(String name) {
        String slug = slug(name);
        return slug.isEmpty() ? distinct(slug, name) : slug;
    }

    /** An id that no other name gives, for where {@link #idOf} gave one that is another's. */
    static String distinctIdOf(String name) {
        return distinct(slug(name), name);
    }

    private static String distinct(String slug, String name) {
        byte[] hash = CanonicalEncoding.sha256(name.getBytes(StandardCharsets.UTF_8));
        String digits = HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        return slug.isEmpty() ? digits : slug + "-" + digits;
    }

    private static String slug(String name) {
        String slug = name.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", "-")
                .replaceAll("^-+|-+$", "");
        return shortened(slug);
    }

    private static String shortened(String word) {
        return word.length() <= MAX_VALUE_LENGTH ? word : word.substring(0, MAX_VALUE_LENGTH);
    }
}
