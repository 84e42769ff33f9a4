package dev.rhizome.binding;

import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.validation.Characters;
import java.math.BigDecimal;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON as text: parsers of it that are strict, and objects that are kept as they came. */
final class JsonText {

    static final int DEEPEST = 32;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST + 2)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                    .build())
            .build();

    private JsonText() {}

    static JsonParser parser(byte[] json) {
        return JSON.createParser(json);
    }

    static JsonParser parser(String json) {
        return JSON.createParser(json);
    }

    /** The object at {@code json} as compact text, at most {@code most} bytes with its numbers written out. */
    static String compact(JsonParser json, String field, int most) {
        JsonNode value = json.readValueAsTree();
        String text = value.toString();
        int bytes = Characters.bytes(text) + writtenOut(field, value);
        if (bytes > most) {
            throw InvalidRequest.of(field, bytes + " bytes", "at most " + most + " bytes of JSON, numbers written out");
        }
        return text;
    }

    /**
     * Bytes that the numbers of {@code value} take in PostgreSQL beside these: it writes all 309 digits of 1e308.
     *
     * @throws InvalidRequest where a number or a text is none that can be stored
     */
    private static int writtenOut(String field, JsonNode value) {
        if (value.isFloatingPointNumber()) {
            return writtenOut(field, value.doubleValue());
        }
        if (value.isString()) {
            check(field, value.stringValue());
        }
        int more = 0;
        if (value.isObject()) {
            for (Map.Entry<String, JsonNode> property : value.properties()) {
                check(field, property.getKey());
                more += writtenOut(field, property.getValue());
            }
        } else {
            for (JsonNode part : value) {
                more += writtenOut(field, part);
            }
        }
        return more;
    }

    private static int writtenOut(String field, double number) {
        if (!Double.isFinite(number)) {
            throw InvalidRequest.of(field, "a number too large", "numbers from -1.7E308 to 1.7E308");
        }
        return BigDecimal.valueOf(number).toPlainString().length()
                - Double.toString(number).length();
    }

    private static void check(String field, String text) {
        if (!Characters.areStorable(text)) {
            throw InvalidRequest.of(field, TextReader.NO_TEXT, TextReader.TEXT);
        }
    }
}
