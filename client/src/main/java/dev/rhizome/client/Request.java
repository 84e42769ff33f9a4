package dev.rhizome.client;

import org.jspecify.annotations.Nullable;

/**
 * A request that can be sent once or more often.
 *
 * @param method of HTTP
 * @param path with the query, as in {@code /v1/search?q=clock}, encoded
 * @param type media type of the body
 * @param body null for none
 */
@SuppressWarnings("ArrayRecordComponent") // bytes that nobody compares
public record Request(String method, String path, String type, byte @Nullable [] body) {

    private static final String JSON = "application/json";

    /** A GET. */
    public static Request get(String path) {
        return new Request("GET", path, JSON, null);
    }

    /** A POST of {@code body} as JSON. */
    public static Request post(String path, Object body) {
        return new Request("POST", path, JSON, Json.write(body));
    }

    /**
     * A POST of a file.
     *
     * @param type its media type, as in {@code application/pdf}
     */
    public static Request file(String path, String type, byte[] body) {
        return new Request("POST", path, type, body);
    }

    /** A PATCH of {@code body} as JSON. */
    public static Request patch(String path, Object body) {
        return new Request("PATCH", path, JSON, Json.write(body));
    }

    /** A DELETE. */
    public static Request delete(String path) {
        return new Request("DELETE", path, JSON, null);
    }
}
