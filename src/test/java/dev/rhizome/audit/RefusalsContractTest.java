package dev.rhizome.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.Api;
import dev.rhizome.testing.RunningService;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** That auditors see what callers tried and may not do, and are nobody's of those they watch. */
class RefusalsContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static String tenant = "";
    private static Api operator = Api.ofOperator(SERVICE);
    private static Api admin = operator;
    private static Api reader = operator;
    private static Api auditor = operator;

    @BeforeAll
    static void aTenantWithAnAuditor() {
        tenant = SERVICE.newTenant("watched");
        admin = Api.of(SERVICE, tenant, "admin");
        reader = Api.of(SERVICE, tenant, "reader");
        auditor = Api.of(SERVICE, tenant, "auditor");
    }

    @Test
    void onlyTheOperatorMakesAuditorsAndRemovesThem() {
        String keys = "/v1/tenants/" + tenant + "/keys";
        String wanted = "{\"name\":\"eyes\",\"role\":\"auditor\"}";
        assertThat(admin.post(keys, wanted).status()).isEqualTo(403);
        assertThat(admin.post(keys, "{\"name\":\"hands\",\"role\":\"writer\"}").status())
                .isEqualTo(201);

        String made = keys + "/" + operator.posted(keys, wanted).path("id").asString();
        assertThat(admin.delete(made).status()).isEqualTo(403);
        assertThat(operator.delete(made).status()).isEqualTo(204);
    }

    @Test
    void theSameRefusalIsOneEntryThatSaysHowOften() {
        for (int i = 0; i < 5; i++) {
            assertThat(reader.delete("/v1/entities/mine").status()).isEqualTo(403);
        }

        List<JsonNode> entries = refusals("DELETE /v1/entities/mine");
        assertThat(entries).allSatisfy(entry -> {
            assertThat(entry.path("role").asString()).isEqualTo("reader");
            assertThat(entry.path("details").path("reason").asString()).isEqualTo("this needs the role writer");
            assertThat(entry.path("requestId").asString()).isNotEmpty();
        });
        assertThat(entries.stream()
                        .mapToInt(entry -> entry.path("details").path("times").asInt())
                        .sum())
                .isEqualTo(5);
    }

    @Test
    void whoTriesMoreThanCanBeNamedIsCounted() {
        for (int i = 0; i < 200; i++) {
            assertThat(reader.delete("/v1/entities/many-" + i).status()).isEqualTo(403);
        }

        assertThat(refusals("others")).isNotEmpty();
    }

    @Test
    void whatAnAdminTriesIsSeenToo() {
        assertThat(admin.ask("/v1/audit").status()).isEqualTo(403);

        assertThat(refusals("GET /v1/audit")).isNotEmpty();
    }

    private static List<JsonNode> refusals(String request) {
        String path = "/v1/audit?action=refused&kind=request";
        for (int i = 0; i < 50; i++) {
            List<JsonNode> found = auditor.all(path, 100).stream()
                    .filter(entry -> entry.path("subject").asString().equals(request))
                    .toList();
            if (found.stream()
                                    .mapToInt(entry ->
                                            entry.path("details").path("times").asInt())
                                    .sum()
                            > 0
                    && i > 15) {
                return found;
            }
            reactor.core.publisher.Mono.delay(Duration.ofMillis(100)).block();
        }
        return List.of();
    }
}
