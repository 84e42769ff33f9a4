package dev.rhizome.binding;

import org.jspecify.annotations.Nullable;

/**
 * A JSON object within a body that is both understood and kept as it came.
 *
 * @param value what it says
 * @param text compact JSON
 */
public record Document<T>(T value, String text) {

    /** The text of {@code document}, null for none. */
    public static @Nullable String textOf(@Nullable Document<?> document) {
        return document == null ? null : document.text();
    }
}
