package dev.rhizome.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Parts of addresses. */
final class Uris {

    private Uris() {}

    /** {@code value} as a segment of a path or a value of a query. */
    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** {@code path} with one more parameter. */
    static String with(String path, String parameter, String value) {
        return path + (path.contains("?") ? "&" : "?") + parameter + "=" + encoded(value);
    }
}
