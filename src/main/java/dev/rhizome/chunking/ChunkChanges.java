package dev.rhizome.chunking;

import dev.rhizome.indexing.SearchDocument;
import dev.rhizome.validation.Characters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What changes when a text that is stored is replaced by another. */
public final class ChunkChanges {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST_NAME = 500;

    private final TextOwner owner;
    private final List<NumberedChunk> all = new ArrayList<>();
    private final List<SearchDocument> documents = new ArrayList<>();
    private final Set<String> asBefore = new HashSet<>();
    private final List<String> gone;
    private int next;

    /**
     * A chunk that is stored.
     *
     * @param textHash as that of a {@link NumberedChunk}
     * @param nodeHash likewise
     */
    record Stored(int number, String nodeId, String textHash, String nodeHash) {}

    ChunkChanges(TextOwner owner, List<Chunk> chunks, List<Stored> stored) {
        this.owner = owner;
        this.next = owner.nextChunk();
        Map<String, Deque<Stored>> free = new HashMap<>();
        stored.forEach(one ->
                free.computeIfAbsent(one.textHash(), hash -> new ArrayDeque<>()).add(one));
        for (Chunk chunk : chunks) {
            add(chunk, free);
        }
        this.gone = free.values().stream()
                .flatMap(Deque::stream)
                .map(Stored::nodeId)
                .sorted()
                .toList();
    }

    private void add(Chunk chunk, Map<String, Deque<Stored>> free) {
        String name = name(chunk);
        String textHash = NumberedChunk.textHash(name, chunk.text());
        Stored before = free.getOrDefault(textHash, new ArrayDeque<>()).poll();
        int number = before == null ? next++ : before.number();
        SearchDocument document = new SearchDocument(
                owner.nodeId() + "#" + number,
                owner.chunkType(),
                name,
                chunk.text(),
                owner.confidence(),
                metadata(chunk),
                null);
        String nodeHash = NumberedChunk.nodeHash(document);
        all.add(new NumberedChunk(number, all.size() + 1, chunk, document, textHash, nodeHash));
        if (before == null || !before.nodeHash().equals(nodeHash)) {
            documents.add(document);
            if (before != null) {
                asBefore.add(document.id());
            }
        }
    }

    /** The title and the headings, which often begin with it. */
    private String name(Chunk chunk) {
        String below = owner.title() + Chunker.BELOW;
        String name = chunk.heading().isEmpty() || chunk.heading().equals(owner.title())
                ? owner.title()
                : chunk.heading().startsWith(below) ? chunk.heading() : below + chunk.heading();
        return Characters.first(LONGEST_NAME, name);
    }

    private String metadata(Chunk chunk) {
        if (chunk.page() == 0) {
            return owner.metadata();
        }
        ObjectNode metadata = (ObjectNode) JSON.readTree(owner.metadata());
        return metadata.put("page", chunk.page()).toString();
    }

    /** How many chunks the text has now. */
    public int count() {
        return all.size();
    }

    /** Number of the next new chunk from now on. */
    public int nextChunk() {
        return next;
    }

    TextOwner owner() {
        return owner;
    }

    List<NumberedChunk> all() {
        return all;
    }

    /** Of chunks that are new or whose nodes change. */
    List<SearchDocument> documents() {
        return documents;
    }

    /** Ids of those among {@link #documents} whose name and text stay. */
    Set<String> asBefore() {
        return asBefore;
    }

    /** Ids of the nodes of chunks that are there no more. */
    List<String> gone() {
        return gone;
    }
}
