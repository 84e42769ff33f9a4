package dev.rhizome.crawl;

import dev.rhizome.extraction.Source;
import dev.rhizome.integrity.CanonicalEncoding;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A page that was fetched.
 *
 * @param url where
 * @param source what came
 * @param title that it is to have; null for its own
 * @param about what is said of it
 * @param contentId SHA-256 of the bytes and of how they are read, in hex: what says the same has the same one
 */
record PageInput(WebUrl url, Source source, @Nullable String title, About about, String contentId) {

    static final String KIND = "page";

    /**
     * What is said of a page beside what it says.
     *
     * @param quality {@code high}, {@code medium}, {@code low} or {@code unknown}
     * @param extractionType what of it was taken
     * @param statusCode of the answer; null where that is not known
     * @param metadata a JSON object
     * @param keepSeconds how long a look-up may answer with it
     */
    record About(
            String quality, String extractionType, @Nullable Integer statusCode, String metadata, int keepSeconds) {}

    /** A page, whose content is hashed here. */
    static PageInput of(WebUrl url, Source source, @Nullable String title, About about) {
        byte[] hash = new CanonicalEncoding("rhizome.web.content", 1)
                .text(source.format().mediaType())
                .text(source.charset())
                .text(title)
                .bytes(source.bytes())
                .sha256();
        return new PageInput(url, source, title, about, HexFormat.of().formatHex(hash));
    }
}
