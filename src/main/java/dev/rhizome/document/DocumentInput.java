package dev.rhizome.document;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.extraction.Source;
import dev.rhizome.graph.Projection;
import dev.rhizome.integrity.CanonicalEncoding;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A document to be stored.
 *
 * @param id unique in the tenant
 * @param title null to take its own
 * @param source the document itself, and where it is from
 * @param confidence 0 to 1
 * @param metadata a JSON object
 */
record DocumentInput(String id, @Nullable String title, Source source, float confidence, String metadata)
        implements BulkItem {

    static final String KIND = "document";

    private static final JsonMapper JSON = new JsonMapper();
    private static final int ID_DIGITS = 32;

    /** The id of a document without one: made of its URL, or of its content, so that what is sent again is known again. */
    static String newId(Source source) {
        CanonicalEncoding encoding = new CanonicalEncoding("rhizome.document.id", 1);
        byte[] digest = source.url().isEmpty()
                ? encoding.bytes(source.bytes()).sha256()
                : encoding.text(source.url()).sha256();
        return HexFormat.of().formatHex(digest).substring(0, ID_DIGITS);
    }

    @Override
    public String key() {
        return id;
    }

    String nodeId() {
        return Projection.nodeId(KIND, id);
    }

    /** SHA-256, in hex, of all that was sent. */
    String hash() {
        return HexFormat.of()
                .formatHex(new CanonicalEncoding("rhizome.document.input", 1)
                        .text(title)
                        .text(source.url())
                        .text(source.format().mediaType())
                        .text(source.charset())
                        .bytes(source.bytes())
                        .number(confidence)
                        .json(metadata)
                        .sha256());
    }

    /** Its own metadata and what it is, by which its chunks can be filtered. */
    String chunkMetadata() {
        ObjectNode all = (ObjectNode) JSON.readTree(metadata);
        all.put("document", id);
        if (!source.url().isEmpty()) {
            all.put("url", source.url());
        }
        return all.toString();
    }
}
