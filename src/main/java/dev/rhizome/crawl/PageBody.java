package dev.rhizome.crawl;

import dev.rhizome.extraction.Format;
import dev.rhizome.extraction.Source;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.Name;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.TextBytes;
import dev.rhizome.validation.WebAddress;
import dev.rhizome.validation.WholeNumber;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A page as JSON.
 *
 * @param url where it was fetched
 * @param content what came, up to 200 KB; what is larger is sent as it is
 * @param mediaType of the content
 * @param title that it is to have; null for its own
 * @param quality how good it is
 * @param extractionType what of it was taken
 * @param statusCode of the answer
 * @param metadata a JSON object
 * @param keepSeconds how long a look-up may answer with it, a day where nothing is said
 */
record PageBody(
        @WebAddress String url,
        @TextBytes(max = 200 * 1024) String content,

        @Default("text/html") @OneOf({"text/plain", "text/markdown", "text/html"})
        String mediaType,

        @Nullable @Name String title,

        @Default("unknown") @PageQuality String quality,

        @Default("full_page") @ExtractionType String extractionType,

        @Nullable @WholeNumber(min = 100, max = 599) Integer statusCode,
        @Default("{}") @JsonObject String metadata,

        @Default("86400") @WholeNumber(min = 1, max = 31_536_000)
        int keepSeconds) {

    PageInput input() {
        WebUrl where = WebUrl.of("url", url);
        return PageInput.of(
                where,
                new Source(
                        Format.of(mediaType).orElseThrow(),
                        content.getBytes(StandardCharsets.UTF_8),
                        StandardCharsets.UTF_8.name(),
                        where.text()),
                title,
                new PageInput.About(quality, extractionType, statusCode, metadata, keepSeconds));
    }
}
