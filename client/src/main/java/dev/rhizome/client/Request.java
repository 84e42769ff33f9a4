package dev.rhizome.client;

import org.jspecify.annotations.Nullable;

/**
 * A request that can be sent once or more often.
 *
 * @param method of HTTP
 * @param path with the query, as in {@code /v1/search?q=clock}, encoded
 * @param body JSON, or null for none
 */
@SuppressWarnings("ArrayRecordComponent") // bytes that nobody compares
public record Request(String method, String path, byte @Nullable [] body) {

    /** A GET. */
    public static Request get(String path) {
        return new Request("GET", path, null);
    }

    /** A POST of {@code body} as JSON. */
    public static Request post(String path, Object body) {
        return new Request("POST", path, Json.write(body));
    }

    /** A PATCH of {@code body} as JSON. */
    public static Request patch(String path, Object body) {
        return new Request("PATCH", path, Json.write(body));
    }

    /** A DELETE. */
    public static Request delete(String path) {
        return new Request("DELETE", path, null);
    }
}
