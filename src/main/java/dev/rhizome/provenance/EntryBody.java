package dev.rhizome.provenance;

import dev.rhizome.graph.Projection;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.NewIdIfAbsent;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.TextBytes;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of an entry.
 *
 * @param type what it records
 * @param id chosen by the client, or generated
 * @param parent see {@link EntryInput}, as all that follow
 */
record EntryBody(
        @OneOf({"verdict", "waiver", "gate", "spec", "budget", "policy"})
        String type,

        @NewIdIfAbsent @Identifier(max = Projection.LONGEST_ID)
        String id,

        @Nullable Parent parent,
        @Nullable @TextBytes(max = 100 * 1024) String description,
        @Size(max = 100) List<@Text(max = 200) String> references,
        @Nullable @Text(max = 128) String specHash,
        @Nullable Scores scores,
        @Nullable @Identifier String subject,
        @Size(max = MOST_LINKS) List<@Identifier String> about,
        @Size(max = MOST_LINKS) List<RelationshipKey> relationships,
        @Size(max = MOST_LINKS) List<@Identifier String> derivedFrom,
        @Nullable @JsonObject String metadata,
        @Nullable Instant at) {

    private static final int MOST_LINKS = 500;

    /** An earlier entry. */
    record Parent(EntryType type, @Identifier String id) {

        private EntryKey key() {
            return new EntryKey(type.label(), id);
        }
    }

    /** The entry that this describes. */
    EntryInput entry() {
        return new EntryInput(
                new EntryKey(type, id),
                parent == null ? null : parent.key(),
                references,
                specHash,
                scores == null ? Scores.NONE : scores,
                new EntryInput.Links(about, relationships, derivedFrom),
                at,
                new EntryInput.Erasable(subject, description, metadata));
    }
}
