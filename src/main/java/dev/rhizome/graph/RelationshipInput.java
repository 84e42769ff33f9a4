package dev.rhizome.graph;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.TypeName;

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
        @Identifier String source,
        @Identifier String target,
        @TypeName String type,
        @Default("true") boolean directed,
        @Default("1") @Ratio float confidence,
        @Default("1") @Ratio float strength,
        @Default("{}") @JsonObject String metadata)
        implements BulkItem, SelfChecked {

    /** Puts the ends of an undirected one in order. */
    public RelationshipInput {
        RelationshipKey key = RelationshipKey.of(source, type, target, directed);
        source = key.source();
        target = key.target();
    }

    @Override
    public void check(Faults faults) {
        if (source.equals(target)) {
            faults.reject("target", target, "another entity than the source");
        }
    }

    @Override
    public String key() {
        return new RelationshipKey(source, type, target, directed).toString();
    }
}
