package dev.rhizome.binding;

import dev.rhizome.validation.Times;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads values of one token.
 *
 * @param expected what clients read where it is none
 * @param json makes the value of a token, null where it is none
 * @param text makes the value of a parameter, null where it is none
 * @param isString whether the token is a string
 */
record ScalarReader(
        String expected,
        Function<JsonParser, @Nullable Object> json,
        Function<String, @Nullable Object> text,
        boolean isString)
        implements ValueReader {

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,400}(\\.[0-9]{1,400})?([eE][-+]?[0-9]{1,9})?");
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,40}");
    private static final Instant EARLIEST = Instant.parse(Times.EARLIEST);
    private static final Instant LATEST = Instant.parse(Times.LATEST);
    private static final Duration LONGEST = Duration.ofDays(36_500);

    /**
     * Reads {@code type}.
     *
     * @param expected what clients read, null for what the type says
     * @return null where no token holds such a type
     */
    static @Nullable ScalarReader of(Class<?> type, @Nullable String expected) {
        ScalarReader reader = of(type);
        return reader == null || expected == null
                ? reader
                : new ScalarReader(expected, reader.json, reader.text, reader.isString);
    }

    private static @Nullable ScalarReader of(Class<?> type) {
        if (type.isEnum()) {
            return words(type);
        }
        return switch (type.getName()) {
            case "int", "java.lang.Integer" -> whole(ScalarReader::asInteger);
            case "long", "java.lang.Long" -> whole(number -> number);
            case "float", "java.lang.Float" -> decimal(number -> (float) number.doubleValue());
            case "double", "java.lang.Double" -> decimal(number -> number);
            case "java.math.BigDecimal" -> decimal(ScalarReader::asDecimal);
            case "boolean", "java.lang.Boolean" ->
                new ScalarReader("true or false", ScalarReader::flag, ScalarReader::flag, false);
            case "java.time.Instant" ->
                string("a time such as 2026-01-31T12:00:00Z, from 1900 to 9999", ScalarReader::instant);
            case "java.time.Duration" ->
                string("a duration such as PT24H or P30D, up to P36500D", ScalarReader::duration);
            case "java.util.UUID" -> string("a UUID such as 018f6b1e-7c3a-7d1e-9b1f-0a1b2c3d4e5f", ScalarReader::uuid);
            default -> null;
        };
    }

    @Override
    public @Nullable Object read(JsonParser parser, String field, Faults faults) {
        Object value = json.apply(parser);
        if (value == null && isString && parser.currentToken() == JsonToken.VALUE_STRING) {
            faults.reject(field, parser.getString(), expected);
        } else if (value == null) {
            ValueReader.reject(parser, field, expected, faults);
        }
        return value;
    }

    @Override
    public @Nullable Object parse(String given, String field, Faults faults) {
        Object value = text.apply(given);
        if (value == null) {
            faults.reject(field, given, expected);
        }
        return value;
    }

    private static ScalarReader string(String expected, Function<String, @Nullable Object> text) {
        return new ScalarReader(
                expected,
                parser -> parser.currentToken() == JsonToken.VALUE_STRING ? text.apply(parser.getString()) : null,
                text,
                true);
    }

    private static ScalarReader whole(Function<Long, @Nullable Object> make) {
        return new ScalarReader(
                "a whole number", parser -> made(whole(parser), make), given -> made(whole(given), make), false);
    }

    private static @Nullable Object made(@Nullable Long number, Function<Long, @Nullable Object> make) {
        return number == null ? null : make.apply(number);
    }

    private static ScalarReader decimal(Function<Double, @Nullable Object> make) {
        return new ScalarReader(
                "a number",
                parser -> parser.currentToken().isNumeric() ? make.apply(parser.getDoubleValue()) : null,
                given -> NUMBER.matcher(given).matches() ? make.apply(Double.valueOf(given)) : null,
                false);
    }

    private static ScalarReader words(Class<?> type) {
        Map<String, Object> words = new TreeMap<>();
        for (Object constant : type.getEnumConstants()) {
            words.put(((Enum<?>) constant).name().toLowerCase(Locale.ROOT), constant);
        }
        return string("one of " + words.keySet(), words::get);
    }

    private static @Nullable Long whole(JsonParser parser) {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            return null;
        }
        return parser.getLongValue();
    }

    private static @Nullable Long whole(String given) {
        try {
            return WHOLE.matcher(given).matches() ? Long.valueOf(given) : null;
        } catch (NumberFormatException e) {
            return null; // too many digits
        }
    }

    private static @Nullable Object asInteger(Long number) {
        return number == number.intValue() ? number.intValue() : null;
    }

    private static @Nullable Object asDecimal(Double number) {
        return Double.isFinite(number) ? BigDecimal.valueOf(number) : null;
    }

    private static @Nullable Object flag(JsonParser parser) {
        return parser.currentToken().isBoolean() ? parser.getBooleanValue() : null;
    }

    private static @Nullable Object flag(String given) {
        return switch (given) {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        };
    }

    /** A time of ISO 8601 with its offset, cut to microseconds, which is what the database keeps. */
    private static @Nullable Object instant(String given) {
        try {
            Instant time = OffsetDateTime.parse(given).toInstant().truncatedTo(ChronoUnit.MICROS);
            return time.isBefore(EARLIEST) || time.isAfter(LATEST) ? null : time;
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static @Nullable Object duration(String given) {
        try {
            Duration duration = Duration.parse(given);
            return duration.isNegative() || duration.compareTo(LONGEST) > 0 ? null : duration;
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** The canonical form alone; {@code UUID.fromString} takes shortened ones too. */
    private static @Nullable Object uuid(String given) {
        try {
            UUID value = UUID.fromString(given);
            return value.toString().equalsIgnoreCase(given) ? value : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
