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

    /** What a cursor that is wrong should have been. */
    public static final String EXPECTED = "the next of an earlier page";

    /** What a value of a key is. */
    public enum Part {
        /** Text that the database can compare, such as an id. */
        TEXT,
        /** A finite number. */
        NUMBER,
        /** A number that a float of 32 bits can hold. */
        FLOAT,
        /** A number from 0 to 1. */
        RATIO,
        /** {@code true} or {@code false}. */
        FLAG,
        /** A whole number of 64 bits. */
        WHOLE,
        /** A time from 1900 to 9999. */
        TIME,
        UUID;

        private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");
        private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

        private boolean fits(String value) {
            try {
                return switch (this) {
                    case TEXT -> value.chars().noneMatch(Character::isISOControl);
                    case NUMBER -> Double.isFinite(Double.parseDouble(value));
                    case FLOAT -> Float.isFinite(Float.parseFloat(value));
                    case RATIO -> Float.parseFloat(value) >= 0 && Float.parseFloat(value) <= 1;
                    case FLAG -> value.equals("true") || value.equals("false");
                    case WHOLE -> Long.toString(Long.parseLong(value)).equals(value);
                    case TIME -> isInRange(Instant.parse(value));
                    case UUID -> java.util.UUID.fromString(value).toString().equals(value);
                };
            } catch (DateTimeParseException | IllegalArgumentException e) {
                return false;
            }
        }

        private static boolean isInRange(Instant time) {
            return !time.isBefore(EARLIEST) && !time.isAfter(LATEST);
        }
    }

    /** The time before which the page behind {@code after} starts, of a list that is newest first; {@code otherwise} on the first page. */
    public static Instant timeOf(@Nullable Cursor after, Instant otherwise) {
        return after == null ? otherwise : Instant.parse(after.key().getFirst());
    }

    /** The id behind which the page behind {@code after} starts; empty on the first page. */
    public static String idOf(@Nullable Cursor after) {
        return after == null ? "" : after.key().getLast();
    }

    /** The place behind which the page behind {@code after} starts, of a list in the order of places; 0 on the first page. */
    public static int placeOf(@Nullable Cursor after) {
        return after == null ? 0 : Math.clamp(Long.parseLong(after.key().getFirst()), 0, Integer.MAX_VALUE);
    }

    /** The key of the values given. */
    public static Cursor of(String... key) {
        return new Cursor(List.of(key));
    }

    /**
     * Reads what {@link #encoded} gave.
     *
     * @param parts what the values of the list's key are
     * @throws InvalidRequest when it was not one of ours
     */
    public static Cursor decode(String encoded, Part... parts) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
            List<String> key = List.of(text.split(SEPARATOR, -1));
            if (fit(key, parts)) {
                return new Cursor(key);
            }
        } catch (IllegalArgumentException e) {
            // not base64: the same answer
        }
        throw InvalidRequest.of("cursor", encoded, EXPECTED);
    }

    private static boolean fit(List<String> key, Part... parts) {
        boolean fit = key.size() == parts.length;
        for (int i = 0; fit && i < parts.length; i++) {
            fit = parts[i].fits(key.get(i));
        }
        return fit;
    }

    /** Text for a URL. */
    public String encoded() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(String.join(SEPARATOR, key).getBytes(StandardCharsets.UTF_8));
    }
}
