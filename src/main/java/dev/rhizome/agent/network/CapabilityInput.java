package dev.rhizome.agent.network;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.graph.Projection;
import dev.rhizome.integrity.CanonicalEncoding;
import dev.rhizome.validation.Decimal;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.TypeName;
import dev.rhizome.validation.WholeNumber;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A capability of one agent as its writer tells it.
 *
 * @param name for people, 1 to 500 characters
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
        @Identifier(max = LONGEST_NAME) String name,
        @Default("CAPABILITY") @TypeName String type,
        @Size(max = 200) List<@Text(max = LONGEST_NAME) String> aliases,
        @Decimal(min = 0.7, max = 1) float confidence,
        @Nullable @Ratio Float extractionConfidence,

        @Default("unvalidated") @OneOf({"validated", "unvalidated", "rejected"})
        String validationStatus,

        @Size(max = Tasks.MAX_TASKS) List<@Identifier String> sourceTasks,
        @Nullable @WholeNumber(min = 1, max = MOST) Long demonstrations,
        @Nullable @WholeNumber(min = 0, max = MOST) Long successes,
        @Default("{}") @JsonObject String metadata)
        implements BulkItem, SelfChecked {

    static final String KIND = "capability";
    static final int LONGEST_NAME = 500;

    private static final long MOST = 1_000_000_000_000L;
    private static final int LONGEST_NODE_NAME = 150;
    private static final Pattern CUT = Pattern.compile("~[0-9a-f]{32}$");

    CapabilityInput {
        name = name.strip();
        aliases = distinct(aliases, name);
        sourceTasks = Tasks.distinct(sourceTasks);
        successes = successes == null && demonstrations == null ? Long.valueOf(1) : successes;
        demonstrations = demonstrations == null ? Long.valueOf(1) : demonstrations;
    }

    @Override
    public void check(Faults faults) {
        if (successes != null && demonstrations != null && successes > demonstrations) {
            faults.reject("successes", successes, "a whole number from 0 to " + demonstrations);
        }
    }

    /** The name in lower case, spaces trimmed and each run of them one: agents with the same one share a node. */
    String canonical() {
        return canonical(name);
    }

    @Override
    public String key() {
        return canonical();
    }

    /** Of the node that agents with this capability share. */
    String nodeId() {
        return nodeId(canonical());
    }

    /**
     * A name that is too long for an id is cut, and its hash tells it from others that begin alike. So is a name that ends
     * like such an id, which would be another name's otherwise.
     */
    static String nodeId(String canonical) {
        int length = canonical.codePointCount(0, canonical.length());
        if (length <= LONGEST_NODE_NAME && !CUT.matcher(canonical).find()) {
            return Projection.nodeId(KIND, canonical);
        }
        byte[] hash = CanonicalEncoding.sha256(canonical.getBytes(StandardCharsets.UTF_8));
        String start = canonical.substring(0, canonical.offsetByCodePoints(0, Math.min(length, LONGEST_NODE_NAME / 2)));
        return Projection.nodeId(KIND, start.strip() + "~" + HexFormat.of().formatHex(hash, 0, 16));
    }

    /** Of the node of the capability that {@code name} names; null where it names none. */
    static @Nullable String nodeOf(@Nullable String name) {
        return name == null ? null : nodeId(canonical(name));
    }

    /** Trimmed, in lower case, each run of white space one space: "  TypeScript   Coding " is "typescript coding". */
    static String canonical(String name) {
        return name.strip().replaceAll("[\\s\\p{Z}]+", " ").toLowerCase(Locale.ROOT);
    }

    private static List<String> distinct(List<String> given, String name) {
        Set<String> aliases = new LinkedHashSet<>();
        given.forEach(alias -> aliases.add(alias.strip()));
        aliases.removeIf(alias -> canonical(alias).equals(canonical(name)));
        return List.copyOf(aliases);
    }
}
