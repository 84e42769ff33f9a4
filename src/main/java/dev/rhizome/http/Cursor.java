package dev.rhizome.http;

import dev.rhizome.problem.InvalidRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a page ended: the sort key of its last row. Opaque to clients, and no secret, since row-level security holds for
 * whatever it says.
 *
 * @param key values of the sort columns
 */
public record Cursor(List<String> key) {

    private static final String SEPARATOR = "\n"; // ids hold no control characters

    /** The key of the values given. */
    public static Cursor of(String... key) {
        return new Cursor(List.of(key));
    }

    /**
     * Reads what {@link #encoded} gave.
     *
     * @param parts how many values the list's key has
     * @return null for no cursor, which is the first page
     * @throws InvalidRequest when it was not one of ours
     */
    public static @Nullable Cursor decode(@Nullable String encoded, int parts) {
        if (encoded == null) {
            return null;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
            List<String> key = List.of(text.split(SEPARATOR, -1));
            if (key.size() == parts && text.indexOf('\0') < 0) {
                return new Cursor(key);
            }
        } catch (IllegalArgumentException e) {
            // not base64: the same answer
        }
        throw InvalidRequest.of("cursor", encoded, "the next of an earlier page");
    }

    /** Text for a URL. */
    public String encoded() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(String.join(SEPARATOR, key).getBytes(StandardCharsets.UTF_8));
    }
}
