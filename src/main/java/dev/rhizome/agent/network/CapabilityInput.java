package dev.rhizome.agent.network;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.graph.Projection;
import dev.rhizome.http.JsonFields;
import dev.rhizome.integrity.CanonicalEncoding;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A capability of one agent as its writer tells it.
 *
 * @param name for people, 1 to 500 characters
 * @param canonical the name in lower case, spaces trimmed and each run of them one: agents with the same one share a node
 * @param type 1 to 64 of {@code A-Z 0-9 _}, mostly {@code CAPABILITY}
 * @param aliases other names, each once, without the name itself
 * @param confidence .7 to 1, that the agent has it
 * @param extractionConfidence 0 to 1, that it was read right; null where it was not read out of anything
 * @param validationStatus validated, unvalidated or rejected; a rejected one is no edge of the graph
 * @param sourceTasks ids of tasks that showed it
 * @param demonstrations times it was shown, 1 or more
 * @param successes of those that went well, null where that is not known; one that is written without either number was
 *     shown once, and well
 * @param metadata a JSON object
 */
record CapabilityInput(
        String name,
        String canonical,
        String type,
        List<String> aliases,
        float confidence,
        @Nullable Float extractionConfidence,
        String validationStatus,
        List<String> sourceTasks,
        long demonstrations,
        @Nullable Long successes,
        String metadata)
        implements BulkItem {

    static final String KIND = "capability";

    private static final Set<String> FIELDS = Set.of(
            "name",
            "type",
            "aliases",
            "confidence",
            "extractionConfidence",
            "validationStatus",
            "sourceTasks",
            "demonstrations",
            "successes",
            "metadata");
    private static final Map<String, String> STATUSES =
            Stream.of("validated", "unvalidated", "rejected").collect(Collectors.toMap(s -> s, s -> s));
    private static final double MIN_CONFIDENCE = 0.7;
    private static final int MAX_NAME_LENGTH = 500;
    private static final int MAX_ALIASES = 200;
    private static final long MAX_COUNT = 1_000_000_000_000L;
    private static final int MAX_NODE_NAME_LENGTH = 150;
    private static final Pattern CUT = Pattern.compile("~[0-9a-f]{32}$");

    static CapabilityInput parse(byte[] json) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        String name = checkedName(body, "name");
        String type = body.text("type");
        Long demonstrations = body.whole("demonstrations", 1, MAX_COUNT);
        Long successes = body.whole("successes", 0, demonstrations == null ? 1 : demonstrations);
        Double extraction = body.number("extractionConfidence", 0, 1);
        String metadata = body.object("metadata");
        CapabilityInput capability = new CapabilityInput(
                name,
                canonical(name),
                type == null ? "CAPABILITY" : body.fields().type("type", type),
                aliases(body, canonical(name)),
                Confidence.read(body, "confidence", MIN_CONFIDENCE),
                extraction == null ? null : extraction.floatValue(),
                body.word("validationStatus", "unvalidated", STATUSES),
                Tasks.read(body, "sourceTasks"),
                demonstrations == null ? 1 : demonstrations,
                successes == null && demonstrations == null ? Long.valueOf(1) : successes,
                metadata == null ? "{}" : metadata);
        body.finish();
        return capability;
    }

    @Override
    public String key() {
        return canonical;
    }

    /** Of the node that agents with this capability share. */
    String nodeId() {
        return nodeId(canonical);
    }

    /**
     * A name that is too long for an id is cut, and its hash tells it from others that begin alike. So does a name that
     * ends like such an id, which would be another name's otherwise.
     */
    static String nodeId(String canonical) {
        int length = canonical.codePointCount(0, canonical.length());
        if (length <= MAX_NODE_NAME_LENGTH && !CUT.matcher(canonical).find()) {
            return Projection.nodeId(KIND, canonical);
        }
        byte[] hash = CanonicalEncoding.sha256(canonical.getBytes(StandardCharsets.UTF_8));
        String start = canonical.substring(0, canonical.offsetByCodePoints(0, Math.min(length, MAX_NODE_NAME_LENGTH / 2)));
        return Projection.nodeId(KIND, start.strip() + "~" + HexFormat.of().formatHex(hash, 0, 16));
    }

    /** Trimmed, in lower case, each run of white space one space: "  TypeScript   Coding " is "typescript coding". */
    static String canonical(String name) {
        return name.strip().replaceAll("[\\s\\p{Z}]+", " ").toLowerCase(Locale.ROOT);
    }

    /** A name that is not blank and holds no control character. */
    static String checkedName(JsonFields body, String field) {
        String given = body.requiredText(field);
        String name = body.fields().text(field, given.strip(), given.isEmpty() ? 0 : 1, MAX_NAME_LENGTH);
        if (name.chars().anyMatch(Character::isISOControl)) {
            body.fields().reject(field, name, "text without control characters");
        }
        return name;
    }

    private static List<String> aliases(JsonFields body, String canonical) {
        Set<String> aliases = new LinkedHashSet<>();
        for (String alias : body.list("aliases")) {
            aliases.add(body.fields().text("aliases", alias.strip(), 1, MAX_NAME_LENGTH));
        }
        aliases.removeIf(alias -> canonical(alias).equals(canonical));
        if (aliases.size() > MAX_ALIASES) {
            body.fields().reject("aliases", aliases.size() + " values", "at most " + MAX_ALIASES);
        }
        return List.copyOf(aliases);
    }
}
