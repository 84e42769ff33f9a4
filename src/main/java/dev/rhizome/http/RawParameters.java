package dev.rhizome.http;

import dev.rhizome.problem.InvalidRequest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.util.pattern.PathPattern;

/**
 * What the URL of a request names: the variables of its path and its query string, as they were sent and percent-decoded
 * once. A path variable is its whole segment, a semicolon and what follows included.
 */
final class RawParameters {

    private static final int HEX = 16;
    private static final Map<String, String> VARIABLES_OF_NONE = Map.of();

    private RawParameters() {}

    /**
     * The names with their values.
     *
     * @throws InvalidRequest where a value is no text in UTF-8, or a name of the query is one of the path too
     */
    static Map<String, List<String>> of(ServerRequest request) {
        Map<String, List<String>> named = ofPath(request);
        String query = request.uri().getRawQuery();
        if (query != null && !query.isEmpty()) {
            Map<String, List<String>> queried = queried(query);
            for (String name : queried.keySet()) {
                if (named.containsKey(name)) {
                    throw InvalidRequest.of(name, "unknown parameter", "the " + name + " in the path alone");
                }
            }
            named.putAll(queried);
        }
        return named;
    }

    /**
     * The path variables with their values.
     *
     * @throws InvalidRequest where a value is no text in UTF-8
     */
    static Map<String, List<String>> ofPath(ServerRequest request) {
        Map<String, List<String>> named = new LinkedHashMap<>();
        variables(request).forEach((name, segment) -> named.put(name, List.of(decoded(name, segment, false))));
        return named;
    }

    /** The variables of the route's pattern with their raw segments. */
    private static Map<String, String> variables(ServerRequest request) {
        PathPattern pattern = (PathPattern)
                request.attribute(RouterFunctions.MATCHING_PATTERN_ATTRIBUTE).orElse(null);
        if (pattern == null || pattern.getPatternString().indexOf('{') < 0) {
            return VARIABLES_OF_NONE;
        }
        List<String> segments = segments(request.requestPath().pathWithinApplication());
        String[] names = pattern.getPatternString().substring(1).split("/", -1);
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < names.length; i++) {
            if (names[i].startsWith("{")) {
                variables.put(names[i].substring(1, names[i].length() - 1), segments.get(i));
            }
        }
        return variables;
    }

    private static List<String> segments(PathContainer path) {
        List<String> segments = new ArrayList<>();
        for (PathContainer.Element element : path.elements()) {
            if (element instanceof PathSegment segment) {
                segments.add(segment.value());
            }
        }
        return segments;
    }

    private static Map<String, List<String>> queried(String query) {
        Map<String, List<String>> queried = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (!pair.isEmpty()) {
                int sign = pair.indexOf('=');
                String name = decoded("query", sign < 0 ? pair : pair.substring(0, sign), true);
                String value = sign < 0 ? "" : decoded(name, pair.substring(sign + 1), true);
                queried.computeIfAbsent(name, first -> new ArrayList<>(1)).add(value);
            }
        }
        return queried;
    }

    /** The text of {@code raw}; in a query string a plus is a space. */
    private static String decoded(String name, String raw, boolean form) {
        if (raw.indexOf('%') < 0 && isAscii(raw)) {
            return form ? raw.replace('+', ' ') : raw;
        }
        String text = text(bytes(raw, form));
        if (text == null) {
            throw InvalidRequest.of(name, raw, "text in UTF-8, percent-encoded");
        }
        return text;
    }

    private static boolean isAscii(String raw) {
        return raw.chars().allMatch(unit -> unit < 0x80);
    }

    /** The bytes that {@code raw} stands for, null where it is no percent-encoding. */
    private static byte @Nullable [] bytes(String raw, boolean form) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char unit = raw.charAt(i);
            if (unit == '%') {
                int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), HEX) : -1;
                int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), HEX) : -1;
                if (high < 0 || low < 0) {
                    return null;
                }
                bytes.write(high * HEX + low);
                i += 2;
            } else if (unit == '+' && form) {
                bytes.write(' ');
            } else {
                bytes.writeBytes(String.valueOf(unit).getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
