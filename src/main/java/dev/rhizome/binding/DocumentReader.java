package dev.rhizome.binding;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads a {@link Document}.
 *
 * @param objects reads its text
 * @param shape reads what it says
 */
record DocumentReader(JsonObjectReader objects, RecordShape<?> shape) implements ValueReader {

    @Override
    public String expected() {
        return objects.expected();
    }

    @Override
    public @Nullable Object read(JsonParser json, String field, Faults faults) {
        String text = objects.read(json, field, faults);
        return text == null ? null : document(text, field, faults);
    }

    @Override
    public @Nullable Object parse(String text, String field, Faults faults) {
        throw new IllegalStateException(field + " is no parameter");
    }

    private @Nullable Object document(String text, String field, Faults faults) {
        String before = faults.enter(field);
        try (JsonParser json = JsonText.parser(text)) {
            Object value = json.nextToken() == JsonToken.START_OBJECT ? shape.read(json, faults) : null;
            return value == null ? null : new Document<>(value, text);
        } finally {
            faults.leave(before);
        }
    }
}
