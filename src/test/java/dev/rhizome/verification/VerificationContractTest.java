package dev.rhizome.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.Api;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Verifications over HTTP: what follows what, what is kept, and what is stored together. */
class VerificationContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String BASE = "/v1/verifications";
    private static final String CLAIM =
            "{\"id\":\"v\",\"content\":\"Rust has no garbage collector.\",\"types\":[\"b\",\"a\"]}";
    private static final String TRUE = """
            {"verdict":"verified_true","confidence":0.9,"reasoning":["read the book"],"keepSeconds":60,
             "methods":[{"method":"fact_checking","verdict":"verified_true","confidence":0.8,"processingTimeMs":20}],
             "evidence":[
               {"source":"https://doc.rust-lang.org/","content":"Ownership instead.","supporting":true,"method":"fact_checking",
                "relevance":0.9},
               {"source":"a forum","supporting":false,"type":"anecdotal"}]%s}
            """;

    private String tenant = "";
    private Api writer = Api.ofOperator(SERVICE);

    @BeforeEach
    void aTenantWithAClaim() {
        tenant = SERVICE.newTenant("checker-" + NUMBER.incrementAndGet());
        writer = Api.of(SERVICE, tenant, "writer");
        assertThat(writer.post(BASE, CLAIM).status()).isEqualTo(201);
    }

    private int step(String status) {
        return writer.patch(BASE + "/v", "{\"status\":\"" + status + "\"}").status();
    }

    @Test
    void aVerificationGoesItsWayAndNoOther() {
        assertThat(writer.post(BASE + "/v/result", TRUE.formatted("")).status()).isEqualTo(409);
        assertThat(step("processing")).isEqualTo(200);
        assertThat(step("processing")).isEqualTo(409);
        JsonNode failed = writer.patch(
                        BASE + "/v", "{\"status\":\"failed\",\"error\":\"no network\",\"errorCode\":\"timeout\"}")
                .body();
        assertThat(failed.path("errorCode").asString()).isEqualTo("timeout");
        JsonNode again =
                writer.patch(BASE + "/v", "{\"status\":\"processing\"}").body();
        assertThat(again.path("retries").asInt()).isEqualTo(1);
        assertThat(again.has("error")).isFalse();
        assertThat(writer.post(BASE + "/v/result", TRUE.formatted("")).status()).isEqualTo(201);
        assertThat(writer.get(BASE + "/v").path("status").asString()).isEqualTo("completed");
        for (String status : List.of("processing", "failed", "cancelled")) {
            assertThat(step(status)).isEqualTo(409);
        }
        assertThat(writer.post(BASE + "/v/result", TRUE.formatted("")).status()).isEqualTo(409);
        assertThat(step("completed")).isEqualTo(400);
        assertThat(writer.each(BASE + "?status=completed&priority=medium", "id"))
                .containsExactly("v");
    }

    @Test
    void aClaimThatIsSentAgainIsTheSameOrRefused() {
        assertThat(writer.posted(BASE, CLAIM.replace("[\"b\",\"a\"]", "[\"a\",\"b\",\"a\"]"))
                        .path("status")
                        .asString())
                .isEqualTo("unchanged");
        assertThat(writer.post(BASE, "{\"id\":\"v\",\"content\":\"Otherwise.\"}")
                        .status())
                .isEqualTo(409);
        assertThat(writer.post(BASE, "{\"id\":\"w\",\"content\":\"Rust has no garbage collector.\"}")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aResultComesBackWithItsEvidenceInOrder() {
        assertThat(step("processing")).isEqualTo(200);

        JsonNode result = writer.posted(BASE + "/v/result", TRUE.formatted(""));

        assertThat(result.path("verdict").asString()).isEqualTo("verified_true");
        assertThat(result.path("evidence").asInt()).isEqualTo(2);
        assertThat(result.at("/methods/0/method").asString()).isEqualTo("fact_checking");
        assertThat(result.has("entry")).isFalse();
        assertThat(writer.each(BASE + "/v/evidence", "source"))
                .containsExactly("https://doc.rust-lang.org/", "a forum");
        assertThat(writer.each(BASE + "/v/evidence?supporting=false", "type")).containsExactly("anecdotal");
        assertThat(writer.all(BASE + "/v/evidence", 1)).hasSize(2);
        assertThat(writer.delete(BASE + "/v").status()).isEqualTo(204);
        assertThat(writer.ask(BASE + "/v/result").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mixed", "error"})
    void everyVerdictOfTheCodeCanBeStored(String verdict) {
        assertThat(step("processing")).isEqualTo(200);

        assertThat(writer.post(BASE + "/v/result", "{\"verdict\":\"" + verdict + "\",\"confidence\":0}")
                        .status())
                .isEqualTo(201);

        assertThat(writer.get(BASE + "/v").path("status").asString())
                .isEqualTo(verdict.equals("error") ? "failed" : "completed");
    }

    @Test
    void whatFailedAndIsTakenUpAgainHasNoResult() {
        assertThat(step("processing")).isEqualTo(200);
        assertThat(writer.post(BASE + "/v/result", "{\"verdict\":\"error\",\"confidence\":0}")
                        .status())
                .isEqualTo(201);
        assertThat(step("processing")).isEqualTo(200);

        assertThat(writer.ask(BASE + "/v/result").status()).isEqualTo(404);
        assertThat(writer.post(BASE + "/v/result", TRUE.formatted("")).status()).isEqualTo(201);
    }

    @Test
    void theSameClaimIsAnsweredWhileItsResultIsKeptAndNoOtherIs() {
        String opening = "x".repeat(500);
        String same = "{\"content\":\"Rust has no garbage collector.\",\"types\":[\"a\",\"b\"]}";
        assertThat(writer.post(BASE + "/lookup", same).status()).isEqualTo(404);
        assertThat(step("processing")).isEqualTo(200);
        assertThat(writer.post(BASE + "/v/result", TRUE.formatted("")).status()).isEqualTo(201);

        assertThat(writer.posted(BASE + "/lookup", same).path("hits").asInt()).isEqualTo(1);
        assertThat(writer.posted(BASE + "/lookup", same).path("id").asString()).isEqualTo("v");
        for (String other : List.of(
                "{\"content\":\"Rust has no garbage collector.\"}",
                "{\"content\":\"Rust has no garbage collector.\",\"types\":[\"a\",\"b\"],\"source\":\"s\"}",
                "{\"content\":\"" + opening + "1\"}",
                "{\"content\":\"" + opening + "2\"}")) {
            assertThat(writer.post(BASE + "/lookup", other).status()).isEqualTo(404);
        }
        assertThat(SERVICE.rows(tenant, "update verification_results set kept_until = now()"))
                .containsExactly("1");
        assertThat(writer.post(BASE + "/lookup", same).status()).isEqualTo(404);
        Api stranger = Api.of(SERVICE, SERVICE.newTenant("other-checker-" + NUMBER.incrementAndGet()), "writer");
        assertThat(stranger.post(BASE + "/lookup", same).status()).isEqualTo(404);
    }

    @Test
    void figuresOfMethodsAddUpHoweverManyResultsComeAtOnce() {
        int many = 40;
        String claims = IntStream.range(0, many)
                .mapToObj("{\"id\":\"m%1$d\",\"content\":\"claim %1$d\"}\n"::formatted)
                .reduce("", String::concat);
        assertThat(writer.lines(BASE, claims).toString()).contains("\"created\":" + many);

        List<Integer> statuses = Objects.requireNonNull(Flux.range(0, many)
                .flatMap(i -> writer.client()
                        .patch(BASE + "/m" + i, "{\"status\":\"processing\"}")
                        .then(result(i)))
                .map(Answer::status)
                .collectList()
                .block());

        assertThat(statuses).hasSize(many).containsOnly(201);
        JsonNode method = writer.get(BASE + "/methods").at("/items/0");
        assertThat(method.path("method").asString()).isEqualTo("cross_reference");
        assertThat(method.path("uses").asInt()).isEqualTo(many);
        assertThat(method.path("failures").asInt()).isEqualTo(many / 4);
        assertThat(method.path("successRate").asDouble()).isEqualTo(0.75);
        assertThat(method.path("meanProcessingTimeMs").asDouble()).isEqualTo(8);
        assertThat(method.path("evidence").asInt()).isEqualTo(many);
    }

    private Mono<Answer> result(int number) {
        String verdict = number % 4 == 0 ? "error" : "unverified";
        return writer.client().post(BASE + "/m" + number + "/result", """
                {"verdict":"unverified","confidence":0.5,
                 "methods":[{"method":"cross_reference","verdict":"%s","confidence":0.5,"processingTimeMs":8}],
                 "evidence":[{"source":"s","supporting":true,"method":"cross_reference"}]}
                """.formatted(verdict));
    }

    @Test
    void aVerdictIsRecordedInProvenanceTogetherWithTheResultOrNeitherIs() {
        assertThat(step("processing")).isEqualTo(200);

        JsonNode result = writer.posted(BASE + "/v/result", TRUE.formatted(",\"recordInProvenance\":true"));

        assertThat(result.path("entry").asString()).isEqualTo("v");
        JsonNode entry = writer.get("/v1/provenance/verdict/v");
        assertThat(entry.path("description").asString()).isEqualTo("Rust has no garbage collector.");
        assertThat(entry.at("/metadata/verdict").asString()).isEqualTo("verified_true");
        assertThat(entry.at("/metadata/supporting").asInt()).isEqualTo(1);
        assertThat(entry.at("/metadata/evidenceHash").asString()).hasSize(64);
        assertThat(writer.get("/v1/provenance/verify").path("valid").asBoolean())
                .isTrue();

        assertThat(writer.post(BASE, "{\"id\":\"taken\",\"content\":\"c\"}").status())
                .isEqualTo(201);
        assertThat(writer.post("/v1/provenance", "{\"type\":\"verdict\",\"id\":\"taken\"}")
                        .status())
                .isEqualTo(201);
        assertThat(writer.patch(BASE + "/taken", "{\"status\":\"processing\"}").status())
                .isEqualTo(200);
        assertThat(writer.post(BASE + "/taken/result", TRUE.formatted(",\"recordInProvenance\":true"))
                        .status())
                .isEqualTo(409);
        assertThat(writer.get(BASE + "/taken").path("status").asString()).isEqualTo("processing");
        assertThat(writer.ask(BASE + "/taken/result").status()).isEqualTo(404);

        assertThat(writer.post(BASE, "{\"id\":\"early\",\"content\":\"c\"}").status())
                .isEqualTo(201);
        assertThat(writer.post(BASE + "/early/result", TRUE.formatted(",\"recordInProvenance\":true"))
                        .status())
                .isEqualTo(409);
        assertThat(writer.ask("/v1/provenance/verdict/early").status()).isEqualTo(404);
    }
}
