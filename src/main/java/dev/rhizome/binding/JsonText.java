package dev.rhizome.binding;

import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.validation.Characters;
import java.io.StringWriter;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
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

    /**
     * The object at {@code json} as compact text.
     *
     * @param field what it is called where something is wrong
     * @param most bytes, numbers written out
     * @throws InvalidRequest where it is larger, or a number or a text in it is none that can be stored; the object has been
     *     read to its end then too
     */
    static String compact(JsonParser json, String field, int most) {
        StringWriter text = new StringWriter();
        Copy copy = new Copy(field);
        try (JsonGenerator output = JSON.createGenerator(text)) {
            copy.object(json, output);
        }
        return copy.checked(text.toString(), most);
    }

    /** One object on its way from a parser to a text: its first fault, and what its numbers take beside these. */
    private static final class Copy {

        /** Doubles of these sizes are written without an exponent, by Java and by PostgreSQL. */
        private static final double LEAST_PLAIN = 1e-3;

        private static final double MOST_PLAIN = 1e7;

        private final String field;
        private @Nullable InvalidRequest fault;
        private int writtenOut;

        Copy(String field) {
            this.field = field;
        }

        void object(JsonParser json, JsonGenerator output) {
            int depth = 0;
            do {
                JsonToken token = json.currentToken();
                switch (token) {
                    case PROPERTY_NAME -> output.writeName(storable(json.currentName()));
                    case VALUE_STRING -> output.writeString(storable(json.getString()));
                    case VALUE_NUMBER_FLOAT -> output.writeNumber(number(json.getDoubleValue()));
                    default -> output.copyCurrentEvent(json);
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            } while (depth > 0 && json.nextToken() != null);
        }

        String checked(String text, int most) {
            int bytes = Characters.bytes(text) + writtenOut;
            if (fault != null) {
                throw fault;
            }
            if (bytes > most) {
                throw InvalidRequest.of(
                        field, bytes + " bytes", "at most " + most + " bytes of JSON, numbers written out");
            }
            return text;
        }

        private String storable(String text) {
            if (fault == null && !Characters.areStorable(text)) {
                fault = InvalidRequest.of(field, TextReader.NO_TEXT, TextReader.TEXT);
            }
            return text;
        }

        /** Notes the bytes that PostgreSQL takes for it beside these: it writes all 309 digits of 1e308. */
        private double number(double number) {
            double size = Math.abs(number);
            if (fault == null && !Double.isFinite(number)) {
                fault = InvalidRequest.of(field, "a number too large", "numbers from -1.7E308 to 1.7E308");
            } else if (fault == null && (size < LEAST_PLAIN || size >= MOST_PLAIN)) {
                writtenOut += BigDecimal.valueOf(number).toPlainString().length()
                        - Double.toString(number).length();
            }
            return number;
        }
    }
}
