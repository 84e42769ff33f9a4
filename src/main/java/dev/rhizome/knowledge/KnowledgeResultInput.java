package dev.rhizome.knowledge;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.chunking.TextOwner;
import dev.rhizome.graph.Projection;
import dev.rhizome.indexing.SearchDocument;
import java.net.URI;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A result of a query, to be stored.
 *
 * @param id unique in the tenant
 * @param query id of the query
 * @param body what its writer said
 * @param contentHash SHA-256 of URL, title and content, by which the same thing is known again
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere but as text
record KnowledgeResultInput(String id, String query, KnowledgeResultBody body, byte[] contentHash) implements BulkItem {

    static final String KIND = "result";

    @Override
    public String key() {
        return id;
    }

    /** The content too: one batch has the same thing once. */
    @Override
    public Set<String> uniqueValues() {
        return Set.of("id " + id, "content " + hash());
    }

    String hash() {
        return HexFormat.of().formatHex(contentHash);
    }

    /** The host of its URL in lower case, without a dot at its end. */
    String domain() {
        String host = URI.create(body.url()).getHost().toLowerCase(Locale.ROOT);
        return host.endsWith(".") && host.length() > 1 ? host.substring(0, host.length() - 1) : host;
    }

    String nodeId() {
        return Projection.nodeId(KIND, id);
    }

    /**
     * What stands for it in graph and search; how far its source is trusted is its confidence.
     *
     * @param text its content, or how that begins where the rest is found by chunks
     */
    SearchDocument document(String text) {
        return new SearchDocument(
                nodeId(), "KNOWLEDGE_RESULT", body.title(), text, body.credibility(), metadata(), null);
    }

    /** Who has the chunks of its content behind the first, which is found by its own node. */
    TextOwner owner() {
        return new TextOwner(
                ResultRepository.ORIGIN, nodeId(), "KNOWLEDGE_CHUNK", body.title(), body.credibility(), metadata(), 2);
    }

    private String metadata() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("query", query)
                .put("url", body.url())
                .put("domain", domain())
                .put("sourceType", body.sourceType())
                .put("quality", body.quality())
                .put("provider", body.provider())
                .toString();
    }
}
