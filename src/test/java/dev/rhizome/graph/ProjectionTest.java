package dev.rhizome.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which node a node belongs to. */
class ProjectionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "document:a#2 | document:a",
                "content:0f#12 | content:0f",
                "result:a#2 | result:a",
                "result:a | result:a",
                "agent:a#2 | agent:a#2",
                "a#2 | a#2"
            })
    void aChunkBelongsToItsOwnerAndAnythingElseToItself(String node, String owner) {
        assertThat(Projection.ownerOf(node)).isEqualTo(owner);
    }
}
