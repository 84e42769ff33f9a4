package dev.rhizome.indexing;

import dev.rhizome.embedding.Embedding;
import org.jspecify.annotations.Nullable;

/**
 * Something that is to be found by search.
 *
 * @param id unique in the tenant
 * @param type 1 to 64 of {@code A-Z 0-9 _}
 * @param name for people
 * @param text what it is, may be empty
 * @param confidence 0 to 1
 * @param metadata a JSON object
 * @param embedding of its writer's own, null to have one made of name and text
 */
public record SearchDocument(
        String id,
        String type,
        String name,
        String text,
        float confidence,
        String metadata,
        @Nullable Embedding embedding) {

    /** What vectors are made of. */
    public static String embeddable(String name, String text) {
        return text.isBlank() ? name : name + ". " + text;
    }
}
