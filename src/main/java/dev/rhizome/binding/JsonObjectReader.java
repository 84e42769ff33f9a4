package dev.rhizome.binding;

import dev.rhizome.problem.InvalidRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads objects that are kept as text.
 *
 * @param most bytes, numbers written out
 */
record JsonObjectReader(int most) implements ValueReader {

    @Override
    public String expected() {
        return "a JSON object";
    }

    @Override
    public @Nullable String read(JsonParser json, String field, Faults faults) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            ValueReader.reject(json, field, expected(), faults);
            return null;
        }
        try {
            return JsonText.compact(json, field, most);
        } catch (InvalidRequest e) {
            faults.rejectAll(e);
            return null;
        }
    }

    @Override
    public @Nullable Object parse(String text, String field, Faults faults) {
        try (JsonParser json = JsonText.parser(text)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                String object = read(json, field, faults);
                if (json.nextToken() == null) {
                    return object;
                }
            }
        } catch (JacksonException e) {
            // the same answer as for JSON that is no object
        }
        faults.reject(field, text, expected());
        return null;
    }
}
