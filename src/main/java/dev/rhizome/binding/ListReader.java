package dev.rhizome.binding;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads lists; what is past their bound is counted, and not read.
 *
 * @param element reads one
 * @param most elements
 */
record ListReader(ValueReader element, int most) implements ValueReader {

    @Override
    public String expected() {
        return element instanceof NestedReader ? "an array of JSON objects" : "an array, each " + element.expected();
    }

    @Override
    public @Nullable Object read(JsonParser json, String field, Faults faults) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            ValueReader.reject(json, field, expected(), faults);
            return null;
        }
        List<Object> values = new ArrayList<>();
        int count = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (count < most) {
                String path = element instanceof NestedReader ? field + "[" + count + "]" : field;
                Object value = element.read(json, path, faults);
                if (value != null) {
                    values.add(value);
                }
            } else {
                JsonParser ignored = json.skipChildren();
            }
            count++;
        }
        return bounded(values, count, field, faults);
    }

    @Override
    public @Nullable Object parse(String text, String field, Faults faults) {
        List<Object> values = new ArrayList<>();
        String[] parts = text.isBlank() ? new String[0] : text.split(",", -1);
        for (int i = 0; i < Math.min(most, parts.length); i++) {
            Object value = element.parse(parts[i].strip(), field, faults);
            if (value != null) {
                values.add(value);
            }
        }
        return bounded(values, parts.length, field, faults);
    }

    private @Nullable Object bounded(List<Object> values, int count, String field, Faults faults) {
        if (count > most) {
            faults.reject(field, count + " values", "at most " + most + " values");
            return null;
        }
        return List.copyOf(values);
    }
}
