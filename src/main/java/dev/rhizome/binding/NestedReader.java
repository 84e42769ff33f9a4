package dev.rhizome.binding;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads a record within a record.
 *
 * @param shape of the record
 */
record NestedReader(RecordShape<?> shape) implements ValueReader {

    @Override
    public String expected() {
        return "a JSON object";
    }

    @Override
    public @Nullable Object read(JsonParser json, String field, Faults faults) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            ValueReader.reject(json, field, expected(), faults);
            return null;
        }
        String before = faults.enter(field);
        try {
            return shape.read(json, faults);
        } finally {
            faults.leave(before);
        }
    }

    @Override
    public @Nullable Object parse(String text, String field, Faults faults) {
        throw new IllegalStateException(field + " is no parameter");
    }
}
