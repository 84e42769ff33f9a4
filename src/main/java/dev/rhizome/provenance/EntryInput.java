package dev.rhizome.provenance;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.graph.Projection;
import dev.rhizome.http.FieldReader;
import dev.rhizome.http.JsonFields;
import dev.rhizome.indexing.SearchDocument;
import dev.rhizome.integrity.CanonicalEncoding;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An entry as a client sends it.
 *
 * @param entryKey chosen by the client, or with a generated id
 * @param parent an earlier entry, null for none
 * @param references constitutional rules that it applies, up to 100 of 1 to 200 characters
 * @param specHash of the specification that held, up to 128 characters, null for none
 * @param scores how good what it records was found to be
 * @param links entities and relationships that it names
 * @param at when it happened, null where the client does not say
 * @param erasable what can be erased
 */
record EntryInput(
        EntryKey entryKey,
        @Nullable EntryKey parent,
        List<String> references,
        @Nullable String specHash,
        Scores scores,
        Links links,
        @Nullable Instant at,
        Erasable erasable)
        implements BulkItem {

    /**
     * Entities and relationships that an entry names, up to 500 of each.
     *
     * @param about ids of entities
     * @param relationships keys
     * @param derivedFrom ids of entities
     */
    record Links(List<String> about, List<RelationshipKey> relationships, List<String> derivedFrom) {}

    /**
     * What can be erased.
     *
     * @param subject id of the person or thing that it is about
     * @param description up to 100 KB
     * @param metadata a JSON object
     */
    record Erasable(
            @Nullable String subject,
            @Nullable String description,
            @Nullable String metadata) {

        boolean isNone() {
            return subject == null && description == null && metadata == null;
        }

        @Override
        public String toString() {
            return "Erasable"; // may be personal
        }
    }

    private static final Set<String> FIELDS = Set.of(
            "type",
            "id",
            "parent",
            "description",
            "references",
            "specHash",
            "scores",
            "subject",
            "about",
            "relationships",
            "derivedFrom",
            "metadata",
            "at");
    private static final Set<String> SCORES =
            Set.of("evidenceCompleteness", "budgetAdherence", "gateIntegrity", "provenanceClarity");
    private static final String CONTENT_DOMAIN = "rhizome.provenance.content";
    private static final int LONGEST_REFERENCE = 200;
    private static final int LONGEST_SPEC_HASH = 128;
    private static final int LONGEST_DESCRIPTION = 100 * 1024;
    private static final int MOST_REFERENCES = 100;
    private static final int MOST_LINKS = 500;

    /**
     * Reads one JSON object.
     *
     * @throws dev.rhizome.problem.InvalidRequest with everything that is wrong
     */
    static EntryInput parse(byte[] json) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        String id = body.text("id");
        String type = body.requiredText("type");
        if (!type.isEmpty() || !body.has("type")) {
            EntryType ignored = body.fields().word("type", type, EntryType.WRITABLE);
        }
        EntryInput entry = new EntryInput(
                new EntryKey(type, id == null ? FieldReader.newId() : checkedId(body, id)),
                parent(body),
                texts(body, "references", MOST_REFERENCES),
                optional(body, "specHash", LONGEST_SPEC_HASH),
                scores(body),
                new Links(ids(body, "about"), relationships(body), ids(body, "derivedFrom")),
                body.instant("at"),
                new Erasable(subject(body), description(body), body.object("metadata")));
        body.finish();
        return entry;
    }

    /** The entry of an erasure, which only the service writes. */
    static EntryInput erasure(long sequence) {
        return new EntryInput(
                new EntryKey(EntryType.ERASURE.label(), String.valueOf(sequence)),
                null,
                List.of(),
                null,
                Scores.NONE,
                new Links(List.of(), List.of(), List.of()),
                null,
                new Erasable(null, null, null));
    }

    /** What a client has to send to get {@code stored}, whose payload is there. */
    static EntryInput of(StoredEntry stored) {
        ChainEntry entry = stored.entry();
        Payload payload = stored.payload();
        return new EntryInput(
                entry.key(),
                entry.parent(),
                entry.references(),
                entry.specHash(),
                entry.scores(),
                new Links(entry.about(), entry.relationships(), entry.derivedFrom()),
                entry.at(),
                payload == null
                        ? new Erasable(null, null, null)
                        : new Erasable(payload.subject(), payload.description(), payload.metadata()));
    }

    @Override
    public String key() {
        return entryKey.nodeId();
    }

    /** A hash of what the client said, equal for equal entries. It is not stored, since it would help to guess what was erased. */
    String content() {
        byte[] sha = new CanonicalEncoding(CONTENT_DOMAIN, 1)
                .text(entryKey.type())
                .text(entryKey.id())
                .text(parent == null ? null : parent.nodeId())
                .texts(references)
                .text(specHash)
                .number(scores.evidenceCompleteness())
                .number(scores.budgetAdherence())
                .number(scores.gateIntegrity())
                .number(scores.provenanceClarity())
                .texts(links.about())
                .texts(links.relationships().stream()
                        .map(RelationshipKey::joined)
                        .toList())
                .texts(links.derivedFrom())
                .time(at)
                .text(erasable.subject())
                .text(erasable.description())
                .json(erasable.metadata())
                .sha256();
        return HexFormat.of().formatHex(sha);
    }

    /** What graph and search get. Words of names stay there after an erasure, so the name has nothing of the payload. */
    SearchDocument document() {
        String description = erasable.description();
        String metadata = erasable.metadata();
        return new SearchDocument(
                entryKey.nodeId(),
                entryKey.type().toUpperCase(Locale.ROOT),
                entryKey.type() + " " + entryKey.id(),
                description == null ? "" : description,
                1,
                metadata == null ? "{}" : metadata,
                null);
    }

    private static String checkedId(JsonFields body, String id) {
        if (id.codePointCount(0, id.length()) > Projection.LONGEST_ID) {
            body.fields().reject("id", id, "1 to " + Projection.LONGEST_ID + " characters");
        }
        return body.fields().id("id", id);
    }

    private static @Nullable EntryKey parent(JsonFields body) {
        JsonFields parent = body.child("parent", Set.of("type", "id"));
        if (parent == null) {
            return null;
        }
        String type = parent.requiredText("type");
        EntryType ignored = parent.fields().word("type", type, EntryType.NAMES);
        return new EntryKey(type, parent.fields().id("id", parent.requiredText("id")));
    }

    private static Scores scores(JsonFields body) {
        JsonFields scores = body.child("scores", SCORES);
        return scores == null
                ? Scores.NONE
                : new Scores(
                        score(scores, "evidenceCompleteness"),
                        score(scores, "budgetAdherence"),
                        score(scores, "gateIntegrity"),
                        score(scores, "provenanceClarity"));
    }

    private static @Nullable Float score(JsonFields scores, String name) {
        Double score = scores.number(name, 0, 1);
        return score == null ? null : score.floatValue();
    }

    private static List<RelationshipKey> relationships(JsonFields body) {
        List<RelationshipKey> keys = body.children("relationships", Set.of("source", "type", "target")).stream()
                .map(edge -> new RelationshipKey(
                        edge.fields().id("source", edge.requiredText("source")),
                        edge.fields().type("type", edge.requiredText("type")),
                        edge.fields().id("target", edge.requiredText("target"))))
                .toList();
        return atMost(body, "relationships", MOST_LINKS, keys);
    }

    private static List<String> ids(JsonFields body, String name) {
        List<String> ids = body.list(name);
        ids.forEach(id -> {
            String ignored = body.fields().id(name, id);
        });
        return atMost(body, name, MOST_LINKS, ids);
    }

    private static List<String> texts(JsonFields body, String name, int most) {
        List<String> texts = body.list(name);
        texts.forEach(text -> {
            String ignored = body.fields().text(name, text, 1, LONGEST_REFERENCE);
        });
        return atMost(body, name, most, texts);
    }

    private static <T> List<T> atMost(JsonFields body, String name, int most, List<T> values) {
        if (values.size() > most) {
            body.fields().reject(name, values.size() + " values", "at most " + most);
        }
        return values;
    }

    private static @Nullable String optional(JsonFields body, String name, int longest) {
        String text = body.text(name);
        return text == null ? null : body.fields().text(name, text, 1, longest);
    }

    private static @Nullable String subject(JsonFields body) {
        String subject = body.text("subject");
        return subject == null ? null : body.fields().id("subject", subject);
    }

    private static @Nullable String description(JsonFields body) {
        String text = body.text("description");
        if (text == null) {
            return null;
        }
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_DESCRIPTION) {
            body.fields().reject("description", bytes + " bytes", "at most " + LONGEST_DESCRIPTION + " bytes");
        }
        return body.fields().text("description", text, 0, LONGEST_DESCRIPTION);
    }
}
