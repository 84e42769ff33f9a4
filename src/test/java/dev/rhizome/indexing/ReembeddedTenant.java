package dev.rhizome.indexing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.EmbeddingServer;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.TestDocuments;
import dev.rhizome.testing.WordVectors;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** A tenant whose things follow from their names, the models that it may have, and what has to be true of its vectors. */
record ReembeddedTenant(TestDatabase database, UUID id, JsonClient admin) {

    static final WordVectors OLD = new WordVectors("words-24", 24);
    static final WordVectors NEW = new WordVectors("words-16", 16);
    static final WordVectors TWIN = new WordVectors("twin-of-words-24", 24);
    static final Duration LIMIT = Duration.ofSeconds(60);

    /** A tenant of {@code documents}, by {@link #OLD}. */
    static ReembeddedTenant create(RunningService service, TestDatabase database, String slug, int things) {
        String id = service.newTenant(slug);
        JsonClient admin = service.json(service.newKey(id, "admin"));
        Answer loaded =
                admin.postLines("/v1/entities", TestDocuments.lines(things)).block(LIMIT);
        assertThat(Objects.requireNonNull(loaded).body().path(things).toString())
                .isEqualTo(
                        "{\"summary\":{\"lines\":%d,\"created\":%d,\"updated\":0,\"unchanged\":0,\"failed\":0}}",
                        things, things);
        return new ReembeddedTenant(database, UUID.fromString(id), admin);
    }

    /** Settings of a service that has {@code models}, that of new tenants first, and looks for moves all the time. */
    static String[] settings(EmbeddingServer first, EmbeddingServer... others) {
        List<String> settings = new ArrayList<>(OLD.settings("rhizome.embedding", first.url()));
        List<WordVectors> models = List.of(NEW, TWIN);
        for (int i = 0; i < others.length; i++) {
            String prefix = "rhizome.embedding.others[" + i + "]";
            settings.addAll(models.get(i).settings(prefix, others[i].url()));
            settings.add("--" + prefix + ".timeout=2s");
        }
        settings.addAll(List.of(
                "--DB_POOL_MAX=6",
                "--rhizome.indexing.reembedding-interval=200ms",
                "--rhizome.indexing.reembedding-batch=10",
                "--rhizome.jobs.lease=2s"));
        return settings.toArray(String[]::new);
    }

    String path() {
        return "/v1/tenants/" + id + "/embedding";
    }

    Mono<Answer> begin(WordVectors model) {
        return admin.post(path(), "{\"model\":\"" + model.model() + "\"}");
    }

    /** When its move is in {@code state}. */
    Mono<JsonNode> until(String state) {
        return admin.getUntil(
                path(), body -> body.path("move").path("state").asString("").equals(state));
    }

    void isAllBy(WordVectors model) throws SQLException {
        TestDocuments.areAllBy(model, database, id);
    }
}
