package dev.rhizome.binding;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the value of one field. What is wrong is noted, and null given. */
interface ValueReader {

    /** What is expected, as clients read it. */
    String expected();

    /** Reads the value at {@code json}, whose current token is its first; it is its last one afterwards. */
    @Nullable
    Object read(JsonParser json, String field, Faults faults);

    /** Reads the text of a parameter. */
    @Nullable
    Object parse(String text, String field, Faults faults);

    /** Notes that what is at {@code json} is of another type, and goes to its end. */
    static void reject(JsonParser json, String field, String expected, Faults faults) {
        JsonToken token = json.currentToken();
        String found = switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> '"' + json.getString() + '"';
            default -> json.getString();
        };
        faults.reject(field, found, expected);
        JsonParser ignored = json.skipChildren();
    }
}
