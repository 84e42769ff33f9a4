package dev.rhizome.http;

import dev.rhizome.problem.InvalidRequest;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The fields of one JSON object, read strictly: an unknown field, a wrong type and a duplicate are all refused. */
public final class JsonFields implements Fields {

    private static final int DEEPEST = 32;
    private static final int LARGEST_OBJECT_BYTES = 16 * 1024;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST + 2)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode object;
    private final FieldReader fields;

    private JsonFields(JsonNode object, @Nullable Set<String> known, FieldReader fields) {
        this.object = object;
        this.fields = fields;
        for (String name : object.propertyNames()) {
            if (known != null && !known.contains(name)) {
                fields.reject(
                        name,
                        "unknown field",
                        "one of " + known.stream().sorted().toList());
            }
        }
    }

    /**
     * Parses {@code json}, which must be one object in UTF-8.
     *
     * @param known every field that is understood
     * @throws InvalidRequest naming the line and column where it is malformed
     */
    public static JsonFields parse(byte[] json, Set<String> known) {
        return parsed(json, known);
    }

    /**
     * Parses {@code json}, which must be one object in UTF-8, of a format of others: fields that are not asked for are let be.
     *
     * @throws InvalidRequest naming the line and column where it is malformed
     */
    public static JsonFields parseOpen(byte[] json) {
        return parsed(json, null);
    }

    private static JsonFields parsed(byte[] json, @Nullable Set<String> known) {
        try {
            JsonNode node = JSON.readTree(json);
            if (node.isObject()) {
                return new JsonFields(node, known, new FieldReader());
            }
            throw InvalidRequest.of(
                    "body", node.getNodeType().name().toLowerCase(java.util.Locale.ROOT), "a JSON object");
        } catch (JacksonException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw InvalidRequest.of(
                    "body",
                    "malformed JSON" + where,
                    "one JSON object in UTF-8, no duplicate fields, at most " + DEEPEST + " levels deep");
        }
    }

    /** The rules, for values that need one of them. */
    @Override
    public FieldReader fields() {
        return fields;
    }

    /** A string, or null where it is absent or null. */
    @Override
    public @Nullable String text(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            fields.reject(name, value, "a string");
            return null;
        }
        return value.stringValue();
    }

    /** A string that must be there; empty, and noted as an error, where it is not. */
    public String requiredText(String name) {
        String value = text(name);
        if (value == null) {
            if (value(name) == null) {
                fields.reject(name, "missing", "a string");
            }
            return "";
        }
        return value;
    }

    /** A number from 0 to 1. */
    @Override
    public float fraction(String name, float otherwise) {
        JsonNode value = value(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isNumber()) {
            fields.reject(name, value, "a number from 0 to 1");
            return otherwise;
        }
        return fields.fraction(name, value.doubleValue());
    }

    /** A whole number. */
    @Override
    public int integer(String name, int otherwise, int least, int most) {
        JsonNode value = value(name);
        if (value == null) {
            return otherwise;
        }
        return fields.integer(name, value.isIntegralNumber() ? value.asString() : value.toString(), least, most);
    }

    /** {@code true} or {@code false}. */
    @Override
    public boolean flag(String name, boolean otherwise) {
        JsonNode value = value(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            fields.reject(name, value, "true or false");
        }
        return value.asBoolean(otherwise);
    }

    /** An array of strings; empty where it is absent. */
    @Override
    public List<String> list(String name) {
        JsonNode value = value(name);
        List<String> words = new ArrayList<>();
        if (value != null && !value.isArray()) {
            fields.reject(name, value, "an array of strings");
        } else if (value != null) {
            for (JsonNode word : value) {
                if (word.isString()) {
                    words.add(word.stringValue());
                } else {
                    fields.reject(name, word, "an array of strings");
                }
            }
        }
        return words;
    }

    /** A word out of {@code known}. */
    @Override
    public <T> T word(String name, T otherwise, Map<String, T> known) {
        String value = text(name);
        T found = value == null ? otherwise : fields.word(name, value, known);
        return found == null ? otherwise : found;
    }

    /** An array of numbers, or null where it is absent. */
    public float @Nullable [] floats(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isArray()) {
            fields.reject(name, value, "an array of numbers");
            return null;
        }
        float[] numbers = new float[value.size()];
        for (int i = 0; i < numbers.length; i++) {
            JsonNode number = value.get(i);
            if (!number.isNumber()) {
                fields.reject(name + "[" + i + "]", number, "a number");
                return null;
            }
            numbers[i] = (float) number.doubleValue();
        }
        return numbers;
    }

    /** The fields of an object within this one, whose errors are noted with this one's; null where it is absent. */
    public @Nullable JsonFields child(String name, Set<String> known) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isObject()) {
            fields.reject(name, value, "a JSON object");
            return null;
        }
        return new JsonFields(value, known, fields.within(name));
    }

    /** The fields of each object in an array within this one; empty where it is absent. */
    public List<JsonFields> children(String name, Set<String> known) {
        return elements(name, known);
    }

    /** As {@link #children}, of a format of others: fields that are not asked for are let be. */
    public List<JsonFields> openChildren(String name) {
        return elements(name, null);
    }

    private List<JsonFields> elements(String name, @Nullable Set<String> known) {
        JsonNode value = value(name);
        List<JsonFields> children = new ArrayList<>();
        if (value != null && !value.isArray()) {
            fields.reject(name, value, "an array of JSON objects");
        } else if (value != null) {
            for (JsonNode element : value) {
                String path = name + "[" + children.size() + "]";
                if (!element.isObject()) {
                    fields.reject(path, element, "a JSON object");
                    return List.of();
                }
                children.add(new JsonFields(element, known, fields.within(path)));
            }
        }
        return children;
    }

    /** Whether the object has {@code name}, null included. */
    public boolean has(String name) {
        return object.has(name);
    }

    /** A number, or null where it is absent. */
    public @Nullable Double number(String name, double least, double most) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isNumber()) {
            fields.reject(name, value, "a number");
            return null;
        }
        return fields.number(name, value.doubleValue(), least, most);
    }

    /** A whole number, or null where it is absent. */
    public @Nullable Long whole(String name, long least, long most) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            fields.reject(name, value, "a whole number from " + least + " to " + most);
            return null;
        }
        return value.longValue();
    }

    /** This object as compact JSON text, at most 16 KB. */
    public String asText(String what) {
        return String.valueOf(fields.attempt(() -> compact(what, object)));
    }

    /** An object as compact JSON text, at most 16 KB; null where it is absent. */
    @Override
    public @Nullable String object(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isObject()) {
            fields.reject(name, value, "a JSON object");
            return null;
        }
        return fields.attempt(() -> compact(name, value));
    }

    /** The JSON object that {@code text} is, under the rules of {@link #object}. */
    static String compactObject(String name, String text) {
        try {
            JsonNode value = JSON.readTree(text);
            if (value.isObject()) {
                return compact(name, value);
            }
        } catch (JacksonException e) {
            // the same answer as for JSON that is no object
        }
        throw InvalidRequest.of(name, text, "a JSON object");
    }

    private static String compact(String name, JsonNode value) {
        String text = value.toString();
        int bytes = text.getBytes(StandardCharsets.UTF_8).length + writtenOut(name, value);
        if (bytes > LARGEST_OBJECT_BYTES) {
            throw InvalidRequest.of(
                    name, bytes + " bytes", "at most " + LARGEST_OBJECT_BYTES + " bytes of JSON, numbers written out");
        }
        if (text.contains("\\u0000")) {
            throw InvalidRequest.of(name, "a string with U+0000", "text without U+0000");
        }
        return text;
    }

    /** Bytes that the numbers of {@code value} take in PostgreSQL beside these: it writes all 309 digits of 1e308. */
    private static int writtenOut(String name, JsonNode value) {
        if (value.isFloatingPointNumber()) {
            double number = value.doubleValue();
            if (!Double.isFinite(number)) {
                throw InvalidRequest.of(name, "a number too large", "numbers from -1.7E308 to 1.7E308");
            }
            return BigDecimal.valueOf(number).toPlainString().length()
                    - Double.toString(number).length();
        }
        int more = 0;
        for (JsonNode part : value) {
            more += writtenOut(name, part);
        }
        return more;
    }

    /**
     * Ends the reading.
     *
     * @throws InvalidRequest with everything that is wrong
     */
    @Override
    public void finish() {
        fields.finish();
    }

    private @Nullable JsonNode value(String name) {
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }
}
