package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.Api;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.VectorHomes;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Why a search finds nothing, or finds it slowly: each reason is told by another word, which a program can act on. */
class EmptyAnswersContractTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE =
            RunningService.on(DATABASE, "--rhizome.vectors.interval=1h", "--rhizome.indexing.profile-age=1ms");
    private static final String SEARCH = "/v1/search?q=anything";

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    private static void isRefused(Answer answer, int status, String why) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body().path("type").asString()).isEqualTo("urn:rhizome:problem:" + why);
    }

    @Test
    void aCallerWithoutATenantIsToldSo() {
        isRefused(Api.ofOperator(SERVICE).ask(SEARCH), 403, "tenant-missing");
    }

    @Test
    void aKeyOfATenantThatIsGoneIsNoKey() {
        String tenant = SERVICE.newTenant("gone");
        Api reader = Api.of(SERVICE, tenant, "reader");
        assertThat(Api.ofOperator(SERVICE).delete("/v1/tenants/" + tenant).status())
                .isEqualTo(204);

        isRefused(reader.ask(SEARCH), 401, "unauthorized");
    }

    @Test
    void aSuspendedTenantIsToldThatItIsSuspended() {
        String tenant = SERVICE.newTenant("suspended");
        Api reader = Api.of(SERVICE, tenant, "reader");
        Api operator = Api.ofOperator(SERVICE);
        assertThat(operator.patch("/v1/tenants/" + tenant, "{\"status\":\"suspended\"}")
                        .status())
                .isEqualTo(200);

        isRefused(reader.ask(SEARCH), 403, "tenant-suspended");

        assertThat(operator.patch("/v1/tenants/" + tenant, "{\"status\":\"active\"}")
                        .status())
                .isEqualTo(200);
        assertThat(reader.ask(SEARCH).status()).isEqualTo(200);
    }

    @Test
    void whereNothingIsFoundTheAnswerIsComplete() {
        JsonNode answer = Api.of(SERVICE, SERVICE.newTenant("empty"), "reader").get(SEARCH);

        assertThat(answer.path("hits")).isEmpty();
        assertThat(answer.at("/done/hits").asInt(-1)).isZero();
        assertThat(answer.at("/done/complete").asBoolean()).isTrue();
        assertThat(answer.at("/done/legs/vector").has("index")).isFalse();
    }

    @Test
    void anIndexThatIsStillToBeMadeIsToldOf() throws SQLException {
        UUID tenant = UUID.fromString(SERVICE.newTenant("growing"));
        Api writer = Api.of(SERVICE, tenant.toString(), "writer");
        assertThat(writer.post("/v1/entities", "{\"id\":\"e\",\"type\":\"T\",\"name\":\"anything\"}")
                        .status())
                .isEqualTo(201);
        VectorHomes.move(DATABASE, tenant, "own");

        JsonNode vector = writer.get(SEARCH).at("/done/legs/vector");

        assertThat(vector.path("plan").asString()).isEqualTo("exact");
        assertThat(vector.path("index").asString()).isEqualTo("building");
        VectorHomes.move(DATABASE, tenant, "indexed");
        assertThat(writer.get(SEARCH).at("/done/legs/vector").has("index")).isFalse();
    }
}
