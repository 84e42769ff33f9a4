package dev.rhizome.graph;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.http.JsonFields;
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
        RelationshipKey key = RelationshipKey.of(
                source, body.fields().type("type", body.requiredText("type")), target, directed);
        String metadata = body.object("metadata");
        RelationshipInput relationship = new RelationshipInput(
                key.source(),
                key.target(),
                key.type(),
                directed,
                body.fraction("confidence", 1),
                body.fraction("strength", 1),
                metadata == null ? "{}" : metadata);
        body.finish();
        return relationship;
    }

    @Override
    public String key() {
        return new RelationshipKey(source, type, target, directed).toString();
    }
}
