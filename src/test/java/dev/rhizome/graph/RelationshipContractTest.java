package dev.rhizome.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.Api;
import dev.rhizome.testing.RunningService;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** A directed and an undirected relationship of one type stand side by side, and each goes by itself. */
class RelationshipContractTest {

    private static final RunningService SERVICE = RunningService.get();

    private final String tenant = SERVICE.newTenant("relationships-" + UUID.randomUUID());
    private final Api api = Api.of(SERVICE, tenant, "writer");
    private final Api auditor = Api.of(SERVICE, tenant, "auditor");

    @BeforeEach
    void write() {
        api.lines("/v1/entities", """
                {"id":"g","type":"CONCEPT","name":"g"}
                {"id":"h","type":"CONCEPT","name":"h"}
                """);
        api.lines("/v1/relationships", """
                {"source":"h","target":"g","type":"NEAR"}
                {"source":"h","target":"g","type":"NEAR","directed":false}
                {"source":"g","target":"h","type":"NEAR"}
                """);
    }

    @Test
    void threeOfOneTypeStandBetweenTwoEntities() {
        assertThat(stored()).containsExactly("g -NEAR- h", "g -NEAR-> h", "h -NEAR-> g");
    }

    @ParameterizedTest
    @CsvSource({
        "source=h&target=g, h -NEAR-> g",
        "source=g&target=h, g -NEAR-> h",
        "source=h&target=g&directed=true, h -NEAR-> g",
        "source=h&target=g&directed=false, g -NEAR- h",
        "source=g&target=h&directed=false, g -NEAR- h"
    })
    void onlyTheOneThatIsNamedGoesAndIsAudited(String named, String gone) {
        assertThat(api.delete("/v1/relationships?type=NEAR&" + named).status()).isEqualTo(204);

        List<String> left = new ArrayList<>(List.of("g -NEAR- h", "g -NEAR-> h", "h -NEAR-> g"));
        left.remove(gone);
        assertThat(stored()).isEqualTo(left);
        assertThat(auditor.each("/v1/audit?kind=relationship&action=deleted", "subject"))
                .containsExactly(gone);
    }

    @Test
    void anUndirectedOneGoesByEitherOrderWhereItStandsAlone() {
        api.delete("/v1/relationships?source=h&target=g&type=NEAR&directed=true");

        assertThat(api.delete("/v1/relationships?source=h&target=g&type=NEAR").status())
                .isEqualTo(204);
        assertThat(stored()).containsExactly("g -NEAR-> h");
    }

    @Test
    void whatIsNotThereInThatFormIsNotFound() {
        api.delete("/v1/relationships?source=h&target=g&type=NEAR&directed=false");

        assertThat(api.delete("/v1/relationships?source=h&target=g&type=NEAR&directed=false")
                        .status())
                .isEqualTo(404);
        assertThat(stored()).containsExactly("g -NEAR-> h", "h -NEAR-> g");
    }

    @Test
    void writingOneAgainChangesItAlone() {
        api.posted("/v1/relationships", """
                {"source":"h","target":"g","type":"NEAR","directed":false,"strength":0.25}""");

        assertThat(neighbours("h", 10)).containsExactlyInAnyOrder("out 1.0", "in 1.0", "both 0.25");
    }

    @ParameterizedTest
    @CsvSource({"g", "h"})
    void pagesOfNeighboursHaveEachOnce(String of) {
        for (int limit = 1; limit <= 3; limit++) {
            assertThat(neighbours(of, limit)).containsExactlyInAnyOrder("out 1.0", "in 1.0", "both 1.0");
        }
    }

    private List<String> neighbours(String of, int limit) {
        return api.all("/v1/entities/" + of + "/neighbours", limit).stream()
                .map(neighbour -> neighbour.path("relationship"))
                .map(RelationshipContractTest::directionAndStrength)
                .toList();
    }

    private static String directionAndStrength(JsonNode relationship) {
        return relationship.path("direction").asString() + " "
                + relationship.path("strength").asDouble();
    }

    private List<String> stored() {
        return SERVICE.rows(tenant, """
                select source_id || ' -' || type || case when directed then '-> ' else '- ' end || target_id as key
                  from relationships order by key
                """);
    }
}
