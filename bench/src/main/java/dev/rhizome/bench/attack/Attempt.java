package dev.rhizome.bench.attack;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request.
 *
 * @param operation of the API
 * @param path raw, with its query
 * @param headers without the token
 * @param body null for none
 */
record Attempt(
        ApiDescription.Operation operation,
        String path,
        Map<String, String> headers,
        @Nullable String body) {

    /** Whether {@code value} is sent with it, in capitals or not: an answer may have it in its own form. */
    boolean sends(String value) {
        return (path + headers + body).toLowerCase(Locale.ROOT).contains(value.toLowerCase(Locale.ROOT));
    }

    byte[] bytes() {
        return body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return operation.method() + " " + path + " " + headers + (body == null ? "" : " " + body);
    }
}
