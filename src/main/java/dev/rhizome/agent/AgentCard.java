package dev.rhizome.agent;

import dev.rhizome.binding.Document;
import dev.rhizome.binding.Open;
import dev.rhizome.integrity.CanonicalEncoding;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.validation.Characters;
import dev.rhizome.validation.Name;
import dev.rhizome.validation.NoneOf;
import dev.rhizome.validation.Text;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
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

    private static final String PLAIN = "text/plain";
    private static final int MAX_VALUE_LENGTH = 100;
    private static final int HASH_BYTES = 8;
    private static final int LARGEST = 16 * 1024;

    private static final Set<String> TAKEN = Set.of(
            Objects.requireNonNull(AgentId.class.getAnnotation(NoneOf.class)).value());

    private AgentCard() {}

    /**
     * What of a card an agent is made of.
     *
     * @param name of the agent
     * @param description null where it has none
     * @param skills what it can do
     */
    @Open
    record Card(
            @Name String name,
            @Nullable @Text(min = 0, max = 20_000) String description,
            @Size(max = 200) List<Skill> skills) {}

    /** One thing that an agent can do. */
    @Open
    record Skill(
            @Text(max = LARGEST) String name,
            @Size(max = 200) List<@Text(max = LARGEST) String> tags) {}

    /**
     * A card as it is imported.
     *
     * @param isNamed whether the importer gave the agent's id; else it was made of the card's name, and may be another
     *     agent's
     * @param agent what the card says
     */
    record Imported(boolean isNamed, AgentInput agent) {}

    /**
     * Makes an agent of a card.
     *
     * @param card what it says, and the whole of it
     * @throws InvalidRequest where it has too many tags
     */
    static Imported imported(Document<Card> card, CardParameters parameters) {
        Card content = card.value();
        Skills skills = new Skills(tags(content), List.of(), names(content));
        String id = parameters.id();
        String description = content.description();
        AgentInput agent = new AgentInput(
                id == null ? idOf(content.name()) : id,
                content.name(),
                parameters.modelFamily(),
                description == null ? "" : description,
                "available",
                AgentInput.DEFAULT_CAPACITY,
                skills,
                "{}",
                card.text());
        return new Imported(id != null, agent);
    }

    private static List<String> names(Card card) {
        return card.skills().stream().map(skill -> shortened(skill.name())).toList();
    }

    private static List<String> tags(Card card) {
        List<String> tags = card.skills().stream()
                .flatMap(skill -> skill.tags().stream())
                .map(AgentCard::shortened)
                .toList();
        if (tags.size() > Skills.MOST) {
            throw InvalidRequest.of("skills.tags", tags.size() + " values", "at most " + Skills.MOST + " values");
        }
        return tags;
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
            card.set("defaultInputModes", json.createArrayNode().add(PLAIN));
            card.set("defaultOutputModes", json.createArrayNode().add(PLAIN));
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
                        .put("id", !slug.isEmpty() && ids.add(slug) ? slug : distinctIdOf(name))
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
        return slug.isEmpty() || TAKEN.contains(slug) ? distinctIdOf(name) : slug;
    }

    /** An id that no other name gives, for where its {@link #slug} is another's. */
    static String distinctIdOf(String name) {
        byte[] hash = CanonicalEncoding.sha256(name.getBytes(StandardCharsets.UTF_8));
        String digits = HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        String slug = slug(name);
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
        return Characters.first(MAX_VALUE_LENGTH, word);
    }
}
