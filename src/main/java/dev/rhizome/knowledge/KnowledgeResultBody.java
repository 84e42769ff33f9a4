package dev.rhizome.knowledge;

import dev.rhizome.graph.Projection;
import dev.rhizome.integrity.CanonicalEncoding;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.Name;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.TextBytes;
import dev.rhizome.validation.WebAddress;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A result as a client sends it, to the query that it is of.
 *
 * @param id 1 to 180 characters without {@code #}; null for one that is made of query and content, so that what is sent again is known again
 * @param title 1 to 500 characters
 * @param content up to 100 KB, empty for none
 * @param url where it is, absolute; its host is the source
 * @param sourceType web, academic, news, documentation, social or internal
 * @param relevance 0 to 1, to the query
 * @param credibility 0 to 1, of the source
 * @param quality high, medium, low or unreliable
 * @param provider who found it
 * @param providerMetadata a JSON object
 * @param publishedAt null where it is not known
 * @param retrievedAt null for now
 */
record KnowledgeResultBody(
        @Nullable @Identifier(max = Projection.LONGEST_ID) String id,

        @Name String title,
        @Default("") @TextBytes(max = 100 * 1024) String content,
        @WebAddress String url,
        @Default("web") @SourceType String sourceType,
        @Default("0.5") @Ratio float relevance,
        @Default("0.5") @Ratio float credibility,

        @Default("medium") @OneOf({"high", "medium", "low", "unreliable"})
        String quality,

        @Identifier(max = 100) String provider,
        @Default("{}") @JsonObject String providerMetadata,
        @Nullable Instant publishedAt,
        @Nullable Instant retrievedAt)
        implements SelfChecked {

    private static final int ID_DIGITS = 32;

    /** What follows {@code #} is the number of a chunk. */
    @Override
    public void check(Faults faults) {
        if (id != null && id.indexOf('#') >= 0) {
            faults.reject("id", id, "an id without #, behind which the numbers of its chunks stand");
        }
    }

    /** The result of {@code query}. */
    KnowledgeResultInput of(String query) {
        byte[] hash = new CanonicalEncoding("rhizome.knowledge.content", 1)
                .text(url)
                .text(title)
                .text(content)
                .sha256();
        return new KnowledgeResultInput(id == null ? newId(query, hash) : id, query, this, hash);
    }

    private static String newId(String query, byte[] hash) {
        byte[] digest = new CanonicalEncoding("rhizome.knowledge.result", 1)
                .text(query)
                .bytes(hash)
                .sha256();
        return HexFormat.of().formatHex(digest).substring(0, ID_DIGITS);
    }
}
