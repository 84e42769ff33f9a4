package dev.rhizome.document;

import dev.rhizome.extraction.Format;
import dev.rhizome.extraction.Source;
import dev.rhizome.graph.Projection;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.Name;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.TextBytes;
import dev.rhizome.validation.WebAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A document as a client sends it in JSON.
 *
 * @param id 1 to 180 characters without {@code #}; null to have one made of URL or content
 * @param title 1 to 500 characters; null to take that of the document
 * @param url where it is from
 * @param mediaType of {@code text}: text/plain, text/markdown or text/html
 * @param text the document, up to 200 KB; what is larger is sent as it is
 * @param confidence 0 to 1
 * @param metadata a JSON object
 */
record DocumentBody(
        @Nullable @Identifier(max = Projection.LONGEST_ID) String id,

        @Nullable @Name String title,
        @Nullable @WebAddress String url,

        @Default("text/plain") @OneOf({"text/plain", "text/markdown", "text/html"})
        String mediaType,

        @TextBytes(max = 200 * 1024) String text,
        @Default("1") @Ratio float confidence,
        @Default("{}") @JsonObject String metadata)
        implements SelfChecked {

    @Override
    public void check(Faults faults) {
        checkId(id, faults);
    }

    /** What follows {@code #} is the number of a chunk. */
    static void checkId(@Nullable String id, Faults faults) {
        if (id != null && id.indexOf('#') >= 0) {
            faults.reject("id", id, "an id without #, behind which the numbers of its chunks stand");
        }
    }

    DocumentInput input() {
        Source source = new Source(
                Format.of(mediaType).orElseThrow(),
                text.getBytes(StandardCharsets.UTF_8),
                StandardCharsets.UTF_8.name(),
                url == null ? "" : url);
        return new DocumentInput(id == null ? DocumentInput.newId(source) : id, title, source, confidence, metadata);
    }
}
