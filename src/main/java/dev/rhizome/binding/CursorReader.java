package dev.rhizome.binding;

import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.InvalidRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads cursors whose key has certain values. */
final class CursorReader implements ValueReader {

    private final Cursor.Part[] parts;

    CursorReader(Cursor.Part[] parts) {
        this.parts = parts;
    }

    @Override
    public String expected() {
        return Cursor.EXPECTED;
    }

    @Override
    public @Nullable Object read(JsonParser json, String field, Faults faults) {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return parse(json.getString(), field, faults);
        }
        ValueReader.reject(json, field, expected(), faults);
        return null;
    }

    @Override
    public @Nullable Object parse(String text, String field, Faults faults) {
        try {
            return Cursor.decode(text, parts);
        } catch (InvalidRequest e) {
            faults.reject(field, text, expected());
            return null;
        }
    }
}
