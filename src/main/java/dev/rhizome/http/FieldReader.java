package dev.rhizome.http;

import dev.rhizome.problem.FieldError;
import dev.rhizome.problem.InvalidRequest;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rules that hold for a field wherever it comes from, query string or JSON. Broken rules are collected, so that a caller
 * learns of all of them at once; {@link #finish} throws them.
 */
public final class FieldReader {

    /** Ids are chosen by clients; a control character in one is a mistake. */
    private static final Pattern ID = Pattern.compile("[^\\p{Cntrl}\\p{Cs}]+");

    private static final Pattern TYPE = Pattern.compile("[A-Z0-9_]{1,64}");
    private static final int LONGEST_ID = 200;
    private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

    private final List<FieldError> errors;
    private final String prefix;

    /** Notes errors of fields that stand by themselves. */
    public FieldReader() {
        this(new ArrayList<>(), "");
    }

    private FieldReader(List<FieldError> errors, String prefix) {
        this.errors = errors;
        this.prefix = prefix;
    }

    /** The rules for fields within {@code field}; what they break is noted here. */
    FieldReader within(String field) {
        return new FieldReader(errors, prefix + field + ".");
    }

    /** Notes a broken rule. */
    public void reject(String field, Object found, String expected) {
        errors.addAll(InvalidRequest.of(prefix + field, found, expected).errors());
    }

    /** Runs {@code check} and notes what it throws; gives null then. */
    public <T> @Nullable T attempt(java.util.function.Supplier<T> check) {
        try {
            return check.get();
        } catch (InvalidRequest e) {
            errors.addAll(e.errors());
            return null;
        }
    }

    /** An id, 1 to 200 characters without control characters. */
    public String id(String field, String value) {
        if (value.codePointCount(0, value.length()) > LONGEST_ID
                || !ID.matcher(value).matches()) {
            reject(field, value, "1 to " + LONGEST_ID + " characters, none of them a control character");
        }
        return value;
    }

    /** An id for what came without one: a UUID of version 7, so that ids made one after another are neighbours in an index. */
    public static String newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current(); // unique, not secret
        long high = (System.currentTimeMillis() << 16) | 0x7000L | random.nextLong(0x1000);
        long low = (random.nextLong() >>> 2) | Long.MIN_VALUE;
        return new UUID(high, low).toString();
    }

    /** The type of an entity or a relationship. */
    public String type(String field, String value) {
        if (!TYPE.matcher(value).matches()) {
            reject(field, value, "1 to 64 of A-Z 0-9 _");
        }
        return value;
    }

    /** Text that PostgreSQL can store, {@code least} to {@code most} characters. */
    public String text(String field, String value, int least, int most) {
        int length = value.codePointCount(0, value.length());
        if (length < least || length > most) {
            reject(field, length + " characters", least + " to " + most + " characters");
        } else if (value.indexOf('\0') >= 0 || hasLoneSurrogate(value)) {
            reject(field, "a character that is no text", "Unicode text without U+0000");
        }
        return value;
    }

    /** A whole number. */
    public int integer(String field, String value, int least, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the same answer as out of range
        }
        reject(field, value, "a whole number from " + least + " to " + most);
        return least;
    }

    /** A number from 0 to 1. */
    public float fraction(String field, double value) {
        if (!(value >= 0 && value <= 1)) {
            reject(field, value, "a number from 0 to 1");
        }
        return (float) value;
    }

    /** A number. */
    public double number(String field, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            reject(field, value, "a number from " + plain(least) + " to " + plain(most));
            return least;
        }
        return value;
    }

    private static String plain(double bound) {
        return java.math.BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
    }

    /** A time of ISO 8601 with its offset, cut to microseconds, which is what the database keeps. */
    public @Nullable Instant instant(String field, String value) {
        try {
            Instant time = OffsetDateTime.parse(value).toInstant().truncatedTo(ChronoUnit.MICROS);
            if (!time.isBefore(EARLIEST) && time.isBefore(LATEST)) {
                return time;
            }
        } catch (DateTimeParseException e) {
            // the same answer as out of range
        }
        reject(field, value, "a time such as 2026-01-31T12:00:00Z, from 1900 to 9999");
        return null;
    }

    /** A word out of {@code known}. */
    public <T> @Nullable T word(String field, String value, Map<String, T> known) {
        T found = known.get(value);
        if (found == null) {
            reject(field, value, "one of " + known.keySet().stream().sorted().toList());
        }
        return found;
    }

    /**
     * Ends the reading.
     *
     * @throws InvalidRequest with everything noted, if anything was
     */
    public void finish() {
        if (!errors.isEmpty()) {
            throw new InvalidRequest(errors);
        }
    }

    private static boolean hasLoneSurrogate(String value) {
        return value.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
