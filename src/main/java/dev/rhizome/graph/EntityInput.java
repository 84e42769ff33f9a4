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
}
