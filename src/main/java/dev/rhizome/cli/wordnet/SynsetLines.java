package dev.rhizome.cli.wordnet;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * Synsets and relations as the lines of NDJSON that the HTTP API takes: UTF-8, each with its line feed, each made when it
 * is asked for.
 */
public final class SynsetLines {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final WordNet wordNet;

    /** Of the synsets that {@code wordNet} has selected. */
    public SynsetLines(WordNet wordNet) {
        this.wordNet = wordNet;
    }

    /** For {@code POST /v1/entities}. */
    public Iterator<byte[]> entities() {
        return new Lines(wordNet.entities());
    }

    /** For {@code POST /v1/relationships}, once the entities are there. */
    public Iterator<byte[]> relationships() {
        return relationships(wordNet.relationships());
    }

    /** As {@link #relationships()}, of a list that is at hand already. */
    public static Iterator<byte[]> relationships(List<WordNet.SynsetRelationship> relationships) {
        return new Lines(relationships.iterator());
    }

    private record Lines(Iterator<?> items) implements Iterator<byte[]> {

        @Override
        public boolean hasNext() {
            return items.hasNext();
        }

        @Override
        public byte[] next() {
            byte[] json = JSON.writeValueAsBytes(items.next());
            byte[] line = Arrays.copyOf(json, json.length + 1);
            line[json.length] = '\n';
            return line;
        }
    }
}
