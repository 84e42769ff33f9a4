package dev.rhizome.graph;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.http.JsonFields;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * A relationship as a client sends it; an undirected one with its ends in order, so that a pair is stored once.
 *
 * @param source id of an entity
 * @param target id of another
 * @param type 1 to 64 of {@code A-Z 0-9 _}
 * @param directed whether it leads from source to target only
 * @param confidence 0 to 1, that it holds
 * @param strength 0 to 1, how much it matters
 * @param metadata a JSON object
 */
public record RelationshipInput(
        String source, String target, String type, boolean directed, float confidence, float strength, String metadata)
        implements BulkItem {

    private static final Set<String> FIELDS =
            Set.of("source", "target", "type", "confidence", "strength", "directed", "metadata");

    static RelationshipInput parse(byte[] json) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        String source = body.fields().id("source", body.requiredText("source"));
        String target = body.fields().id("target", body.requiredText("target"));
        if (source.equals(target) && !source.isEmpty()) {
            body.fields().reject("target", target, "another entity than the source");
        }
        boolean directed = body.flag("directed", true);
        boolean swap = !directed && inOrder(target, source);
        String metadata = body.object("metadata");
        RelationshipInput relationship = new RelationshipInput(
                swap ? target : source,
                swap ? source : target,
                body.fields().type("type", body.requiredText("type")),
                directed,
                body.fraction("confidence", 1),
                body.fraction("strength", 1),
                metadata == null ? "{}" : metadata);
        body.finish();
        return relationship;
    }

    @Override
    public String key() {
        return source + " -" + type + "-> " + target;
    }

    /** Order of bytes in UTF-8, which the database's check uses too. */
    static boolean inOrder(String first, String second) {
        return Arrays.compareUnsigned(first.getBytes(StandardCharsets.UTF_8), second.getBytes(StandardCharsets.UTF_8))
                < 0;
    }
}
