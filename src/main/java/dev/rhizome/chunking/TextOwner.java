package dev.rhizome.chunking;

/**
 * Who has a long text.
 *
 * @param origin domain that writes its nodes
 * @param nodeId of its own node, without {@code #}
 * @param chunkType type of the nodes of its chunks
 * @param title in front of the names of its chunks, 1 to 500 characters
 * @param confidence of its chunks, 0 to 1
 * @param metadata of its chunks, a JSON object; those of a text with pages have their page, too
 * @param nextChunk number of the next new chunk, from 1
 */
public record TextOwner(
        String origin,
        String nodeId,
        String chunkType,
        String title,
        float confidence,
        String metadata,
        int nextChunk) {}
