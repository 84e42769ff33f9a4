package dev.rhizome.agent.network;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.http.JsonFields;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A place that says why an agent has a capability.
 *
 * @param canonical name of the capability
 * @param chunkId of what was read
 * @param chunkType task, benchmark, research or training
 * @param mention word for word
 * @param context around it, null for none
 * @param start of the mention in the chunk, in characters from 0; null where it is not known, as is the end then
 * @param end behind its last character
 * @param method manual, nlp, llm or rule-based
 * @param confidence 0 to 1, that it was read right
 */
record EvidenceInput(
        String canonical,
        String chunkId,
        String chunkType,
        String mention,
        @Nullable String context,
        @Nullable Integer start,
        @Nullable Integer end,
        String method,
        float confidence)
        implements BulkItem {

    private static final Set<String> FIELDS =
            Set.of("capability", "chunkId", "chunkType", "mention", "context", "start", "end", "method", "confidence");
    private static final Map<String, String> TYPES = words("task", "benchmark", "research", "training");
    private static final Map<String, String> METHODS = words("manual", "nlp", "llm", "rule-based");
    private static final int MAX_MENTION_LENGTH = 2_000;
    private static final int MAX_CONTEXT_LENGTH = 20_000;

    static EvidenceInput parse(byte[] json) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        String context = body.text("context");
        Long start = body.whole("start", 0, Integer.MAX_VALUE);
        Long end = body.whole("end", 1, Integer.MAX_VALUE);
        if ((start == null) != (end == null) || (start != null && end != null && start >= end)) {
            body.fields().reject("end", String.valueOf(end), "a position behind start, both or neither");
        }
        EvidenceInput evidence = new EvidenceInput(
                CapabilityInput.canonical(CapabilityInput.checkedName(body, "capability")),
                body.fields().id("chunkId", body.requiredText("chunkId")),
                word(body, "chunkType", TYPES),
                body.fields().text("mention", body.requiredText("mention"), 1, MAX_MENTION_LENGTH),
                context == null ? null : body.fields().text("context", context, 0, MAX_CONTEXT_LENGTH),
                start == null ? null : start.intValue(),
                end == null ? null : end.intValue(),
                word(body, "method", METHODS),
                Confidence.read(body, "confidence", 0));
        body.finish();
        return evidence;
    }

    @Override
    public String key() {
        return canonical + " " + chunkId + " " + mention;
    }

    private static String word(JsonFields body, String field, Map<String, String> known) {
        if (!body.has(field)) {
            body.fields()
                    .reject(
                            field,
                            "missing",
                            "one of " + known.keySet().stream().sorted().toList());
        }
        return body.word(field, "", known);
    }

    private static Map<String, String> words(String... words) {
        return Stream.of(words).collect(Collectors.toMap(word -> word, word -> word));
    }
}
