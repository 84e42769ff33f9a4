package dev.rhizome.binding;

import dev.rhizome.validation.Characters;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads text that can be stored.
 *
 * @param expected what clients read where it is none
 */
record TextReader(String expected) implements ValueReader {

    static final String NO_TEXT = "a character that is no text";
    static final String TEXT = "Unicode text without U+0000";

    @Override
    public @Nullable Object read(JsonParser json, String field, Faults faults) {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            ValueReader.reject(json, field, "a string", faults);
            return null;
        }
        return parse(json.getString(), field, faults);
    }

    @Override
    public @Nullable Object parse(String text, String field, Faults faults) {
        if (!Characters.areStorable(text)) {
            faults.reject(field, NO_TEXT, TEXT);
            return null;
        }
        return text;
    }
}
