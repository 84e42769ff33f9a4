package dev.rhizome.binding;

import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.validation.Settings;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hibernate.validator.HibernateValidator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;

/**
 * Makes records of JSON objects and of named texts. Read strictly: an unknown field, a wrong type and a duplicate are
 * refused, and everything that is wrong is said at once, in the order of the record's components.
 *
 * <p>Thread-safe. What a record looks like is found out when it is read first.
 */
public final class RecordBinder {

    private final Shapes shapes;

    /** Takes bounds that are settings from {@code settings}. */
    public RecordBinder(Settings settings) {
        this.shapes = new Shapes(validator(settings), settings);
    }

    /** Stops at a field's first fault, and leaves messages as the constraints have them. */
    private static Validator validator(Settings settings) {
        return Validation.byProvider(HibernateValidator.class)
                .configure()
                .ignoreXmlConfiguration()
                .failFast(true)
                .messageInterpolator(new PlainMessages())
                .constraintValidatorFactory(new ConstraintValidators(settings))
                .buildValidatorFactory()
                .getValidator();
    }

    /** Finds out what {@code type} looks like, so that a mistake in it shows at the start. */
    public void prepare(Class<?> type) {
        RecordShape<?> ignored = shapes.of(type);
    }

    /**
     * Reads {@code json}, which must be one object in UTF-8.
     *
     * @throws InvalidRequest with everything that is wrong; malformed JSON is told alone, by line and column
     */
    public <T> T json(byte[] json, Class<T> type) {
        RecordShape<T> shape = shapes.of(type);
        Faults faults = new Faults();
        try (JsonParser parser = JsonText.parser(json)) {
            start(parser);
            T read = shape.read(parser, faults);
            end(parser);
            return made(read, shape, faults);
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    /**
     * Reads named texts, such as the parameters of a query string.
     *
     * @param named more than one text of a name is refused
     * @throws InvalidRequest with everything that is wrong
     */
    public <T> T parameters(Map<String, List<String>> named, Class<T> type) {
        RecordShape<T> shape = shapes.of(type);
        Faults faults = new Faults();
        return made(shape.parse(named, faults), shape, faults);
    }

    /**
     * Reads {@code json} and keeps it.
     *
     * @param field what it is called where it is too large
     * @param most bytes of the compact text, numbers written out
     * @throws InvalidRequest as {@link #json}
     */
    public <T> Document<T> document(byte[] json, Class<T> type, String field, int most) {
        return new Document<>(json(json, type), object(json, field, most));
    }

    /**
     * The object that {@code json} is as compact text.
     *
     * @param field what it is called where something is wrong
     * @param most bytes, numbers written out
     * @throws InvalidRequest where it is no such object
     */
    static String object(byte[] json, String field, int most) {
        try (JsonParser parser = JsonText.parser(json)) {
            start(parser);
            String text = JsonText.compact(parser, field, most);
            end(parser);
            return text;
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    private static <T> T made(@Nullable T read, RecordShape<T> shape, Faults faults) {
        faults.finish(shape::place);
        if (read == null) {
            throw new IllegalStateException("neither read nor refused");
        }
        return read;
    }

    private static void start(JsonParser parser) {
        JsonToken token = parser.nextToken();
        if (token != JsonToken.START_OBJECT) {
            String found = token == null ? "missing" : token.name().replaceFirst("^(VALUE|START)_", "");
            throw InvalidRequest.of("body", found.toLowerCase(Locale.ROOT), "a JSON object");
        }
    }

    private static void end(JsonParser parser) {
        if (parser.nextToken() != null) {
            throw InvalidRequest.of("body", "more after the object", "one JSON object");
        }
    }

    private static InvalidRequest malformed(JacksonException error) {
        TokenStreamLocation at = error.getLocation();
        String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return InvalidRequest.of(
                "body",
                "malformed JSON" + where,
                "one JSON object in UTF-8, no duplicate fields, at most " + JsonText.DEEPEST + " levels deep");
    }
}
