package dev.rhizome.graph;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.embedding.Embedding;
import dev.rhizome.http.FieldReader;
import dev.rhizome.http.JsonFields;
import dev.rhizome.indexing.SearchDocument;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An entity as a client sends it.
 *
 * @param id chosen by the client, or generated
 * @param type 1 to 64 of {@code A-Z 0-9 _}
 * @param name 1 to 500 characters
 * @param text up to 100 KB, empty for none
 * @param embedding of the client's own, null to have one made of name and text
 * @param confidence 0 to 1
 * @param metadata a JSON object
 */
public record EntityInput(
        String id,
        String type,
        String name,
        String text,
        @Nullable Embedding embedding,
        float confidence,
        String metadata)
        implements BulkItem {

    private static final Set<String> FIELDS =
            Set.of("id", "type", "name", "text", "embedding", "confidence", "metadata");
    private static final int MAX_NAME_LENGTH = 500;
    private static final int MAX_TEXT_BYTES = 100 * 1024;

    /**
     * Reads one JSON object.
     *
     * @throws dev.rhizome.problem.InvalidRequest with everything that is wrong
     */
    static EntityInput parse(byte[] json) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        String id = body.text("id");
        String text = body.text("text");
        float[] embedding = body.floats("embedding");
        EntityInput entity = new EntityInput(
                id == null ? FieldReader.newId() : checkedId(body, id),
                body.fields().type("type", body.requiredText("type")),
                body.fields().text("name", body.requiredText("name"), 1, MAX_NAME_LENGTH),
                text == null ? "" : checkedText(body, text),
                embedding == null
                        ? null
                        : body.fields().attempt(() -> Embedding.of("embedding", embedding, embedding.length)),
                body.fraction("confidence", 1),
                orEmptyObject(body.object("metadata")));
        body.finish();
        return entity;
    }

    @Override
    public String key() {
        return id;
    }

    /** What search gets of it. */
    SearchDocument document() {
        return new SearchDocument(id, type, name, text, confidence, metadata, embedding);
    }

    /** SHA-256 in hex over every field, each with its length in front. Equal digests mean that nothing would change. */
    String digest() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            float[] vector = embedding == null ? new float[0] : embedding.values();
            StringBuilder numbers = new StringBuilder();
            for (float number : vector) {
                numbers.append(Float.floatToIntBits(number)).append(',');
            }
            for (String field :
                    new String[] {"2", id, type, name, text, Float.toString(confidence), metadata, numbers.toString()
                    }) {
                byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
                sha.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                sha.update(bytes);
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String checkedId(JsonFields body, String id) {
        if (Projection.isReserved(id)) {
            body.fields().reject("id", id, "an id with another beginning: this one is reserved for objects that have a route of their own");
        }
        return body.fields().id("id", id);
    }

    private static String checkedText(JsonFields body, String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_TEXT_BYTES) {
            body.fields().reject("text", bytes + " bytes", "at most " + MAX_TEXT_BYTES + " bytes");
        }
        return body.fields().text("text", text, 0, MAX_TEXT_BYTES);
    }

    private static String orEmptyObject(@Nullable String object) {
        return object == null ? "{}" : object;
    }
}
