package dev.rhizome.cli.wordnet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.cli.wordnet.WordNet.SynsetRelationship;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SynsetLinesTest {

    private static final int LIMIT = 300;

    private final SynsetLines lines = new SynsetLines(WordNet.mostCommon(LIMIT));

    @Test
    void entityIsOneLineOfTheFieldsThatTheApiTakes() {
        String line = text(lines.entities().next());

        JsonNode entity = JsonMapper.shared().readTree(line);

        assertThat(line).endsWith("}\n").containsOnlyOnce("\n");
        assertThat(entity.propertyNames())
                .containsExactlyInAnyOrder("id", "type", "name", "text", "confidence", "metadata");
        assertThat(entity.path("metadata").propertyNames())
                .containsExactlyInAnyOrder("pos", "lexicographerFile", "lemmas", "uses");
        assertThat(entity.path("id").asString()).isEqualTo("wn:entity.n.01");
    }

    @Test
    void relationshipIsOneLineOfTheFieldsThatTheApiTakes() {
        SynsetRelationship edge = new SynsetRelationship("wn:a.n.01", "wn:b.n.01", "SIMILAR_TO", false, 1, 0.8);

        String line = text(SynsetLines.relationships(List.of(edge)).next());

        assertThat(JsonMapper.shared().readTree(line))
                .isEqualTo(JsonMapper.shared().readTree("""
                {"source": "wn:a.n.01", "target": "wn:b.n.01", "type": "SIMILAR_TO",
                 "directed": false, "confidence": 1.0, "strength": 0.8}
                """));
        assertThat(line).endsWith("}\n").containsOnlyOnce("\n");
    }

    @Test
    void everySynsetAndRelationHasALine() {
        assertThat(count(lines.entities())).isEqualTo(LIMIT);
        assertThat(count(lines.relationships())).isGreaterThan(LIMIT / 2);
    }

    private static int count(Iterator<byte[]> lines) {
        int count = 0;
        for (; lines.hasNext(); count++) {
            assertThat(lines.next()).endsWith('\n').hasSizeLessThan(256 * 1024);
        }
        return count;
    }

    private static String text(byte[] line) {
        return new String(line, StandardCharsets.UTF_8);
    }
}
