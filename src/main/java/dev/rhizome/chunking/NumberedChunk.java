package dev.rhizome.chunking;

import dev.rhizome.indexing.SearchDocument;
import dev.rhizome.integrity.CanonicalEncoding;
import java.util.HexFormat;

/**
 * A chunk as it is to be stored.
 *
 * @param number by which it is known; one with the same name and text keeps it wherever it stands
 * @param place in the text, from 1
 * @param chunk what it is
 * @param document what search gets of it
 * @param textHash SHA-256, in hex, of what its vector is made of
 * @param nodeHash SHA-256, in hex, of its whole node
 */
record NumberedChunk(int number, int place, Chunk chunk, SearchDocument document, String textHash, String nodeHash) {

    static String textHash(String name, String text) {
        return hex(new CanonicalEncoding("rhizome.chunk.text", 1).text(name).text(text));
    }

    static String nodeHash(SearchDocument document) {
        return hex(new CanonicalEncoding("rhizome.chunk.node", 1)
                .text(document.type())
                .text(document.name())
                .text(document.text())
                .number(document.confidence())
                .text(document.metadata()));
    }

    private static String hex(CanonicalEncoding encoding) {
        return HexFormat.of().formatHex(encoding.sha256());
    }
}
