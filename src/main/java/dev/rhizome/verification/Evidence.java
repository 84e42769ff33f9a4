package dev.rhizome.verification;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.LowerTypeName;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.TextBytes;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that speaks for a claim or against it.
 *
 * @param place from 1, in the order in which it was told
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Evidence(
        int place,
        String source,
        @Nullable String title,
        @Nullable String publisher,
        String content,
        String type,
        @Nullable String method,
        boolean supporting,
        float relevance,
        float credibility,
        @Nullable Instant publishedAt,
        @JsonRawValue String metadata) {

    /**
     * Evidence as a client sends it.
     *
     * @param source where it is from, a URL or a name
     * @param content what it says, up to 16 KB
     * @param type factual, statistical, testimonial, logical, anecdotal or general
     * @param method that found it, null where that is not told
     * @param supporting whether it speaks for the claim
     * @param relevance 0 to 1, to the claim
     * @param credibility 0 to 1, of the source
     * @param metadata a JSON object
     */
    record Input(
            @Text(max = 2_000) String source,
            @Nullable @Text(max = 500) String title,
            @Nullable @Text(max = 500) String publisher,
            @Default("") @TextBytes(max = 16 * 1024) String content,

            @Default("general") @OneOf({"factual", "statistical", "testimonial", "logical", "anecdotal", "general"})
            String type,

            @Nullable @LowerTypeName String method,
            boolean supporting,
            @Default("0.5") @Ratio float relevance,
            @Default("0.5") @Ratio float credibility,
            @Nullable Instant publishedAt,
            @Default("{}") @JsonObject String metadata) {}

    static Evidence of(Readable row) {
        return new Evidence(
                Rows.required(row, "place", Integer.class),
                Rows.required(row, "source", String.class),
                row.get("title", String.class),
                row.get("publisher", String.class),
                Rows.required(row, "content", String.class),
                Rows.required(row, "evidence_type", String.class),
                row.get("method", String.class),
                Rows.required(row, "supporting", Boolean.class),
                Rows.required(row, "relevance", Float.class),
                Rows.required(row, "credibility", Float.class),
                row.get("published_at", Instant.class),
                Rows.required(row, "metadata", String.class));
    }

    Cursor cursor() {
        return Cursor.of(Integer.toString(place));
    }
}
