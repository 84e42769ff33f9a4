package dev.rhizome.bench.wordnet;

import dev.rhizome.bench.service.BulkLoad;
import java.util.List;

/** Loads WordNet through the API. */
public final class WordNetImport {

    private final BulkLoad load;

    /** Loads by {@code load}. */
    public WordNetImport(BulkLoad load) {
        this.load = load;
    }

    /** Loads the synsets of {@code wordNet} and their relations; a second run changes nothing. */
    public void run(WordNet wordNet) {
        load.load("synsets", "/v1/entities", wordNet::entities, wordNet.size());
        List<WordNet.SynsetRelationship> relationships = wordNet.relationships();
        load.load("relations", "/v1/relationships", relationships, relationships.size());
    }
}
