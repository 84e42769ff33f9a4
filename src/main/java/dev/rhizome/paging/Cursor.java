package dev.rhizome.paging;

import dev.rhizome.problem.InvalidRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
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

    /** What a value of a key is. */
    public enum Part {
        TEXT,
        NUMBER,
        TIME,
        UUID;

        private boolean fits(String value) {
            try {
                Object parsed = switch (this) {
                    case TEXT -> value;
                    case NUMBER -> Double.valueOf(value);
                    case TIME -> Instant.parse(value);
                    case UUID -> java.util.UUID.fromString(value);
                };
                return this != NUMBER || Double.isFinite((Double) parsed);
            } catch (DateTimeParseException | IllegalArgumentException e) {
                return false;
            }
        }
    }

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

    /**
     * Reads what {@link #encoded} gave.
     *
     * @param parts what the values of the list's key are
     * @return null for no cursor, which is the first page
     * @throws InvalidRequest when it was not one of ours
     */
    public static @Nullable Cursor decode(@Nullable String encoded, Part... parts) {
        Cursor cursor = decode(encoded, parts.length);
        for (int i = 0; cursor != null && i < parts.length; i++) {
            if (!parts[i].fits(cursor.key().get(i))) {
                throw InvalidRequest.of("cursor", encoded, "the next of an earlier page");
            }
        }
        return cursor;
    }

    /** Text for a URL. */
    public String encoded() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(String.join(SEPARATOR, key).getBytes(StandardCharsets.UTF_8));
    }
}
