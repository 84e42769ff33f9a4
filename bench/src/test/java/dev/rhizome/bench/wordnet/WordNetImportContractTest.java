package dev.rhizome.bench.wordnet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.bench.service.Blocking;
import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.client.RhizomeClient;
import dev.rhizome.testing.RunningService;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is made of WordNet is what the API takes. */
class WordNetImportContractTest {

    private static final WordNet FEW = WordNet.mostCommon(60);

    @Test
    void everySynsetAndRelationIsTakenAndASecondImportChangesNothing() {
        RunningService service = RunningService.get();
        String key = service.newKey(service.newTenant("wordnet-import"), "writer");
        RhizomeClient api = RhizomeClient.of(URI.create("http://localhost:" + service.port()))
                .withKey(key);
        int relations = FEW.relationships().size();

        List<String> first = imported(api);
        List<String> second = imported(api);
        JsonNode entity = Blocking.get(api.get("/v1/entities/wn:entity.n.01"));

        assertThat(first.getFirst()).endsWith(": 60 created, 0 updated, 0 unchanged, 0 failed");
        assertThat(first.getLast())
                .startsWith(relations + " relations in ")
                .endsWith(": " + relations + " created, 0 updated, 0 unchanged, 0 failed");
        assertThat(second.getFirst()).endsWith(": 0 created, 0 updated, 60 unchanged, 0 failed");
        assertThat(second.getLast()).contains(" 0 created,").endsWith(" 0 failed");
        assertThat(entity.path("type").asString()).isEqualTo("NOUN");
        assertThat(entity.path("metadata").path("lemmas").path(0).asString()).isEqualTo("entity");
    }

    private static List<String> imported(RhizomeClient api) {
        StringWriter told = new StringWriter();
        new WordNetImport(new BulkLoad(api, new PrintWriter(told))).run(FEW);
        return told.toString().lines().toList();
    }
}
