package dev.rhizome.graph;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.embedding.Embedding;
import dev.rhizome.indexing.SearchDocument;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.Name;
import dev.rhizome.validation.NewIdIfAbsent;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.TextBytes;
import dev.rhizome.validation.TypeName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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
        @NewIdIfAbsent @Identifier String id,
        @TypeName String type,
        @Name String name,
        @Default("") @TextBytes(max = 100 * 1024) String text,
        @Nullable Embedding embedding,
        @Default("1") @Ratio float confidence,
        @Default("{}") @JsonObject String metadata)
        implements BulkItem, SelfChecked {

    @Override
    public void check(Faults faults) {
        if (Projection.isReserved(id)) {
            faults.reject("id", id, "another beginning: this one is a domain object's, which has its own route");
        }
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
        MessageDigest sha = sha256();
        for (String field : new String[] {"3", id, type, name, text, Float.toString(confidence), metadata}) {
            add(sha, field.getBytes(StandardCharsets.UTF_8));
        }
        add(sha, bytes(embedding == null ? new float[0] : embedding.values()));
        return HexFormat.of().formatHex(sha.digest());
    }

    /** SHA-256 in hex of what a vector is made of, as the database computes it of what is stored. */
    String words() {
        return HexFormat.of().formatHex(sha256().digest((name + '\u0001' + text).getBytes(StandardCharsets.UTF_8)));
    }

    private static void add(MessageDigest sha, byte[] field) {
        sha.update((field.length + ":").getBytes(StandardCharsets.US_ASCII));
        sha.update(field);
    }

    private static byte[] bytes(float[] numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * numbers.length);
        bytes.asFloatBuffer().put(numbers);
        return bytes.array();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
