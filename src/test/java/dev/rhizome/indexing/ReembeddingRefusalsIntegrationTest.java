package dev.rhizome.indexing;

import static dev.rhizome.indexing.ReembeddedTenant.LIMIT;
import static dev.rhizome.indexing.ReembeddedTenant.NEW;
import static dev.rhizome.indexing.ReembeddedTenant.OLD;
import static dev.rhizome.indexing.ReembeddedTenant.TWIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.EmbeddingServer;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.TestDocuments;
import dev.rhizome.testing.WordVectors;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Moves to another embedding model that are turned back or refused, and services that do not know a tenant's model. */
class ReembeddingRefusalsIntegrationTest {

    private static final int THINGS = 40;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final EmbeddingServer OLD_SERVER = EmbeddingServer.giving(OLD::answer);
    private static final EmbeddingServer NEW_SERVER = EmbeddingServer.giving(NEW::answer);
    /** Batches of moves that the server below answers before it is stuck. */
    private static final AtomicInteger BATCHES = new AtomicInteger();

    private static final EmbeddingServer STUCK_SERVER = new EmbeddingServer(
            (asked, number, response) -> WordVectors.texts(asked.body()) > 1 && BATCHES.getAndDecrement() <= 0
                    ? Mono.never()
                    : response.sendString(Mono.fromSupplier(() -> TWIN.answer(asked.body()))));

    private static final RunningService SERVICE =
            RunningService.on(DATABASE, ReembeddedTenant.settings(OLD_SERVER, NEW_SERVER, STUCK_SERVER));
    private static final RunningService SERVICE_OF_OLD =
            RunningService.on(DATABASE, ReembeddedTenant.settings(OLD_SERVER));

    @AfterAll
    static void stop() {
        SERVICE_OF_OLD.close();
        SERVICE.close();
        Stream.of(OLD_SERVER, NEW_SERVER, STUCK_SERVER).forEach(EmbeddingServer::close);
    }

    private static Answer answer(Mono<Answer> asked) {
        return Objects.requireNonNull(asked.block(LIMIT));
    }

    private static void isProblem(Answer answer, int status, String detail) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        assertThat(answer.body().path("detail").asString()).contains(detail);
    }

    private static void beginAndGetStuck(ReembeddedTenant tenant) {
        BATCHES.set(1);
        assertThat(answer(tenant.begin(TWIN)).status()).isEqualTo(202);
        assertThat(tenant.admin()
                        .getUntil(
                                tenant.path(),
                                state -> state.path("move").path("filled").asInt() > 0)
                        .block(LIMIT))
                .isNotNull();
    }

    @Test
    void aMoveIsTurnedBackUntilItHasSwitched() throws SQLException {
        ReembeddedTenant tenant = ReembeddedTenant.create(SERVICE, DATABASE, "turned-back", THINGS);
        isProblem(answer(tenant.admin().delete(tenant.path())), 409, "no change of model is under way");
        beginAndGetStuck(tenant);

        Answer cancelled = answer(tenant.admin().delete(tenant.path()));

        assertThat(cancelled.status()).isEqualTo(202);
        assertThat(cancelled.body().path("move").path("state").asString()).isEqualTo("cancelling");
        assertThat(cancelled.body().path("model").asString()).isEqualTo(OLD.model());
        assertThat(tenant.until("cancelled").block(LIMIT)).isNotNull();
        tenant.isAllBy(OLD);
        isProblem(answer(tenant.admin().delete(tenant.path())), 409, "no change of model is under way");

        assertThat(answer(tenant.begin(NEW)).status()).isEqualTo(202);
        assertThat(tenant.until("done").block(LIMIT)).isNotNull();
        isProblem(answer(tenant.admin().delete(tenant.path())), 409, "no change of model is under way");
        tenant.isAllBy(NEW);
    }

    @Test
    void aMoveBeginsOnceAndToAModelThatIsKnown() {
        ReembeddedTenant tenant = ReembeddedTenant.create(SERVICE, DATABASE, "beginning", THINGS);

        isProblem(answer(tenant.admin().post(tenant.path(), "{\"model\":\"gpt\"}")), 400, "words-16");
        isProblem(answer(tenant.admin().post(tenant.path(), "{}")), 400, "model");
        isProblem(answer(tenant.begin(OLD)), 409, "has the model words-24 already, or is being moved");
        assertThat(answer(tenant.begin(TWIN)).status()).isEqualTo(202);
        isProblem(answer(tenant.begin(TWIN)), 409, "is being moved");
        isProblem(answer(tenant.begin(NEW)), 409, "is being moved");
        assertThat(answer(tenant.admin().delete(tenant.path())).status()).isEqualTo(202);
    }

    @Test
    void aMoveThatIsStuckHoldsUpNoOther() throws SQLException {
        ReembeddedTenant stuck = ReembeddedTenant.create(SERVICE, DATABASE, "stuck", THINGS);
        ReembeddedTenant other = ReembeddedTenant.create(SERVICE, DATABASE, "other", THINGS);
        beginAndGetStuck(stuck);

        assertThat(answer(other.begin(NEW)).status()).isEqualTo(202);

        assertThat(other.until("done").block(LIMIT)).isNotNull();
        other.isAllBy(NEW);
        assertThat(answer(stuck.admin().delete(stuck.path())).status()).isEqualTo(202);
    }

    @Test
    void aTenantThatIsRemovedMeanwhileLeavesNothing() throws SQLException {
        ReembeddedTenant tenant = ReembeddedTenant.create(SERVICE, DATABASE, "leaving", THINGS);
        beginAndGetStuck(tenant);
        JsonClient operator = SERVICE.json(RunningService.OPERATOR);

        assertThat(answer(operator.delete("/v1/tenants/" + tenant.id())).status())
                .isEqualTo(204);

        for (String table : new String[] {"vectors", "reembedding_jobs", "hybrid_search_index", "tenants"}) {
            assertThat(DATABASE.asApplication(tenant.id(), "select 1 from " + table))
                    .isEmpty();
        }
    }

    @Test
    void anotherTenantsModelIsNobodysBusiness() {
        ReembeddedTenant tenant = ReembeddedTenant.create(SERVICE, DATABASE, "minding", 1);
        ReembeddedTenant stranger = ReembeddedTenant.create(SERVICE, DATABASE, "curious", 1);
        JsonClient writer = SERVICE.json(SERVICE.newKey(tenant.id().toString(), "writer"));
        JsonClient operator = SERVICE.json(RunningService.OPERATOR);
        String nobody = "/v1/tenants/00000000-0000-7000-8000-000000000000/embedding";

        for (String path : new String[] {tenant.path(), nobody}) {
            isProblem(answer(stranger.admin().get(path)), 404, "no tenant with id");
            isProblem(answer(stranger.admin().post(path, "{\"model\":\"words-16\"}")), 404, "no tenant with id");
            isProblem(answer(stranger.admin().delete(path)), 404, "no tenant with id");
        }
        isProblem(answer(writer.get(tenant.path())), 403, "admin or operator");
        isProblem(answer(writer.post(tenant.path(), "{\"model\":\"words-16\"}")), 403, "admin or operator");
        isProblem(answer(operator.get(nobody)), 404, "no tenant with id");
        isProblem(answer(operator.post(nobody, "{\"model\":\"words-16\"}")), 404, "no tenant with id");
        assertThat(answer(operator.get(tenant.path())).body().toString()).isEqualTo("{\"model\":\"words-24\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"stages\":true", ",\"legs\":[\"vector\",\"text\"]"})
    void aServiceThatDoesNotKnowTheModelFindsByWordsAndSaysSo(String more) {
        Answer found = answer(unknownModel().post("/v1/search", "{\"query\":\"thing 7\"" + more + "}"));

        assertThat(found.status()).isEqualTo(200);
        assertThat(found.body().path("done").path("complete").asBoolean(true)).isFalse();
        assertThat(found.body().path("done").path("reason").asString())
                .isEqualTo("the tenant's embedding model words-16 is not configured in this service");
        assertThat(found.body().path("hits").isEmpty()).isFalse();
    }

    @Test
    void aServiceThatDoesNotKnowTheModelFindsNothingByVector() {
        isProblem(
                answer(unknownModel().post("/v1/search", "{\"query\":\"thing 7\",\"legs\":[\"vector\"]}")),
                503,
                "the tenant's embedding model words-16 is not configured in this service");
    }

    @Test
    void aServiceThatDoesNotKnowTheModelComparesAVectorThatIsGiven() {
        String vector = java.util.Arrays.toString(NEW.of(TestDocuments.embeddable(TestDocuments.name(7, 0))));

        Answer found = answer(unknownModel().post("/v1/search", "{\"embedding\":" + vector + "}"));

        assertThat(found.body().path("done").path("complete").asBoolean()).isTrue();
        assertThat(found.body().path("hits").path(0).path("id").asString()).isEqualTo("t7");
    }

    @Test
    void aServiceThatDoesNotKnowTheModelWritesNothing() throws SQLException {
        JsonClient client = unknownModel();

        isProblem(
                answer(client.post("/v1/entities", TestDocuments.json(7, 1))),
                503,
                "the tenant's embedding model words-16 is not configured in this service");

        assertThat(answer(client.get("/v1/entities/t7")).body().path("name").asString())
                .isEqualTo(TestDocuments.name(7, 0));
    }

    /** A tenant that has been moved, as the service sees it that knows its former model only. */
    private static JsonClient unknownModel() {
        ReembeddedTenant tenant = ReembeddedTenant.create(SERVICE, DATABASE, "moved-" + NUMBER.incrementAndGet(), 20);
        assertThat(answer(tenant.begin(NEW)).status()).isEqualTo(202);
        assertThat(tenant.until("done").block(LIMIT)).isNotNull();
        return SERVICE_OF_OLD.json(SERVICE.newKey(tenant.id().toString(), "writer"));
    }
}
