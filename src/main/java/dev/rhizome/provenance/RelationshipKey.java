package dev.rhizome.provenance;

import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.TypeName;
import java.util.Arrays;
import java.util.List;

/**
 * Which relationship of the graph is meant.
 *
 * @param source id of an entity
 * @param type of the relationship
 * @param target id of an entity
 */
public record RelationshipKey(
        @Identifier String source,
        @TypeName String type,
        @Identifier String target) {

    private static final String SEPARATOR = "\n"; // ids hold no control characters
    private static final int PARTS = 3;

    /** As one text. */
    String joined() {
        return String.join(SEPARATOR, parts());
    }

    /** What {@link #joined} gave. Anything else is kept as it is, to be found out by its hash. */
    static RelationshipKey split(String joined) {
        String[] parts = joined.split(SEPARATOR, PARTS);
        return new RelationshipKey(
                parts[0], parts.length > 1 ? parts[1] : "", parts.length == PARTS ? parts[PARTS - 1] : "");
    }

    List<String> parts() {
        return Arrays.asList(source, type, target); // which takes the nulls of a file that somebody made up
    }
}
