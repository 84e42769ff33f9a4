package dev.rhizome.crawl;

import crawlercommons.filters.basic.BasicURLNormalizer;
import dev.rhizome.integrity.CanonicalEncoding;
import dev.rhizome.problem.InvalidRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The URL of a page, written in the one way in which it is compared: without its fragment, default port, user and password, with its host in small
 * letters, dots in its path resolved and escapes as few as they can be.
 *
 * @param text of the URL, 2,000 characters at most
 * @param id the first half of the SHA-256 of the text, in hex
 * @param domain its host, in small letters
 */
record WebUrl(String text, String id, String domain) {

    private static final int LONGEST = 2_000;

    /** What a message says where something is no URL of the web. */
    static final String EXPECTED =
            "an absolute URL of http or https with a host, of at most " + LONGEST + " characters";

    private static final int ID_BYTES = 16;
    private static final Pattern SCHEME = Pattern.compile("\\s*https?://", Pattern.CASE_INSENSITIVE);
    private static final BasicURLNormalizer NORMALIZER =
            BasicURLNormalizer.newBuilder().build();

    /**
     * The URL that {@code given} is.
     *
     * @throws InvalidRequest naming {@code field} where it is none of the web
     */
    static WebUrl of(String field, String given) {
        WebUrl found = orNull(given);
        if (found == null) {
            throw InvalidRequest.of(field, given, EXPECTED);
        }
        return found;
    }

    /** As {@link #of}; null where it is no URL of the web. */
    static @Nullable WebUrl orNull(String given) {
        // The normalizer takes what has no scheme for a host.
        String normal = SCHEME.matcher(given).lookingAt() ? NORMALIZER.filter(given) : null;
        if (normal == null || normal.length() > LONGEST) {
            return null;
        }
        try {
            URI url = URI.create(normal);
            String host = url.getHost();
            if (host == null || host.isEmpty()) {
                return null;
            }
            byte[] hash = CanonicalEncoding.sha256(normal.getBytes(StandardCharsets.UTF_8));
            return new WebUrl(normal, HexFormat.of().formatHex(hash, 0, ID_BYTES), host.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
