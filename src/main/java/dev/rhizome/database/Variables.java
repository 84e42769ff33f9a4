package dev.rhizome.database;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Environment variables read strictly: a value that is present and wrong stops the start, naming the variable. */
final class Variables {

    private static final Set<String> SSL_MODES = Set.of("disable", "prefer", "require", "verify-ca", "verify-full");
    /** Query parameters of a connection URL that we honour, and the variable each stands for. */
    private static final Map<String, String> URL_PARAMETERS = Map.of(
            "sslmode", "DB_SSL_MODE",
            "sslrootcert", "DB_SSL_ROOT_CERT",
            "application_name", "DB_APPLICATION_NAME",
            "statement_timeout", "DB_STATEMENT_TIMEOUT_MS");
    /** libpq's parameter for several servers. We write, so the values that mean the primary are the only ones. */
    private static final String TARGET = "target_session_attrs";

    private static final Set<String> PRIMARY = Set.of("primary", "read-write");
    /** A host with or without a port; an IPv6 address with a port stands in brackets. */
    private static final Pattern SERVER = Pattern.compile(
            "(?:\\[([^\\[\\]]+)]|([^:\\[\\]]+))(?::(\\d{1,5}))?|([0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[^\\[\\]]*)");

    private static final int USUAL_PORT = 5432;
    private static final int LAST_PORT = 65_535;

    private final Map<String, String> values;

    Variables(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /** These variables, with those that the URL in {@code variable} names put over them. */
    Variables withUrl(String variable) {
        String url = text(variable, null);
        if (url == null) {
            return this;
        }
        URI uri = parse(variable, url);
        Map<String, String> merged = new HashMap<>(values);
        String authority = uri.getRawAuthority();
        int at = authority.lastIndexOf('@');
        merged.put("DB_HOST", authority.substring(at + 1));
        merged.put("DB_PORT", String.valueOf(USUAL_PORT));
        String path = uri.getRawPath();
        putIfPresent(merged, "DB_NAME", path == null || path.length() < 2 ? null : decode(path.substring(1)));
        putUser(merged, at < 0 ? null : authority.substring(0, at));
        putParameters(variable, merged, uri.getRawQuery());
        return new Variables(merged);
    }

    @Nullable
    String text(String name, @Nullable String otherwise) {
        String value = values.get(name);
        return value == null || value.isBlank() ? otherwise : value;
    }

    String required(String name, String otherwise) {
        String value = values.get(name);
        return value == null || value.isBlank() ? otherwise : value;
    }

    /**
     * A secret, which may stand in a file instead, such as one that a container is given: then {@code <name>_FILE} names it.
     *
     * @return empty where there is none
     */
    String secret(String name) {
        String file = text(name + "_FILE", null);
        if (file == null || text(name, null) != null) {
            return required(name, "");
        }
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException(name + "_FILE: " + file + " (expected: a file that can be read)", e);
        }
    }

    int number(String name, int otherwise, int least, int most) {
        String text = text(name, null);
        if (text == null) {
            return otherwise;
        }
        try {
            int value = Integer.parseInt(text.strip());
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // reported below, like a number out of range
        }
        throw new IllegalArgumentException(
                name + ": " + text + " (expected: a number from " + least + " to " + most + ")");
    }

    /** The servers that {@code DB_HOST} names, separated by commas; {@code DB_PORT} is the port of those without one. */
    List<DatabaseSettings.Server> servers() {
        int port = number("DB_PORT", USUAL_PORT, 1, LAST_PORT);
        return Stream.of(required("DB_HOST", "localhost").split(",", -1))
                .map(server -> server(server.strip(), port))
                .toList();
    }

    private static DatabaseSettings.Server server(String text, int otherwise) {
        Matcher parts = SERVER.matcher(text);
        if (parts.matches()) {
            int port = parts.group(3) == null ? otherwise : Integer.parseInt(parts.group(3));
            String host = Stream.of(1, 2, 4)
                    .map(parts::group)
                    .filter(part -> part != null)
                    .findFirst()
                    .orElseThrow();
            if (port >= 1 && port <= LAST_PORT) {
                return new DatabaseSettings.Server(host, port);
            }
        }
        throw new IllegalArgumentException(
                "DB_HOST: " + text + " (expected: host or host:port, several of them separated by commas)");
    }

    /** {@code sslmode} of the URL, else {@code DB_SSL}: true verifies the certificate and the host name. */
    String sslMode() {
        String mode = text("DB_SSL_MODE", null);
        if (mode != null) {
            if (SSL_MODES.contains(mode)) {
                return mode;
            }
            throw new IllegalArgumentException(
                    "DB_SSL_MODE or sslmode: " + mode + " (expected: one of " + SSL_MODES + ")");
        }
        return switch (required("DB_SSL", "false").toLowerCase(Locale.ROOT)) {
            case "true" -> "verify-full";
            case "false" -> "disable";
            default ->
                throw new IllegalArgumentException("DB_SSL: " + text("DB_SSL", "") + " (expected: true or false)");
        };
    }

    private static URI parse(String variable, String url) {
        String expected =
                " (expected: postgresql://user:password@host:port/database, reserved characters percent-encoded; several host:port separated by commas)";
        try {
            URI uri = URI.create(url.strip());
            if (Set.of("postgres", "postgresql").contains(String.valueOf(uri.getScheme()))
                    && uri.getRawAuthority() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // the message would print the URL, and with it the password
        }
        throw new IllegalArgumentException(variable + ": not a PostgreSQL URL" + expected);
    }

    private static void putUser(Map<String, String> merged, @Nullable String userInfo) {
        if (userInfo == null) {
            return;
        }
        int colon = userInfo.indexOf(':');
        merged.put("DB_USER", decode(colon < 0 ? userInfo : userInfo.substring(0, colon)));
        if (colon >= 0) {
            merged.put("DB_PASSWORD", decode(userInfo.substring(colon + 1)));
        }
    }

    private static void putParameters(String variable, Map<String, String> merged, @Nullable String query) {
        if (query == null) {
            return;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (name.equals(TARGET) && PRIMARY.contains(pair.substring(equals + 1))) {
                continue;
            }
            String target = URL_PARAMETERS.get(name);
            if (target == null) {
                throw new IllegalArgumentException(variable + ": parameter " + name + " (expected: one of "
                        + URL_PARAMETERS.keySet().stream().sorted().toList() + ")");
            }
            merged.put(target, decode(pair.substring(equals + 1)));
        }
    }

    private static void putIfPresent(Map<String, String> merged, String name, @Nullable String value) {
        if (value != null) {
            merged.put(name, value);
        }
    }

    private static String decode(String text) {
        // URLDecoder is for forms, where a plus is a space; in a URL it is a plus.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
