package dev.rhizome.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.RawClient;
import dev.rhizome.testing.RawClient.Reply;
import dev.rhizome.testing.RawClient.Request;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** Pages of the web, sites, and walks from page to page. */
class WebContractTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE = RunningService.on(DATABASE, "--DB_POOL_MAX=6");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String RIVERS = """
            <html><head><title>Rivers</title></head><body><h1>Rivers</h1>
            <p>A river carries water from the mountains to the sea.</p>
            <p>See <a href="/lakes#deep">lakes</a>, <a href="https://Other.example/x">others</a> and <a href="mailto:a@b.c">us</a>.</p>
            </body></html>
            """;
    private static final String LAKES =
            "<html><head><title>Lakes</title></head><body><p>A lake keeps water. <a href='/rivers'>Rivers</a> feed it.</p></body></html>";

    private String tenant = "";
    private JsonClient client = SERVICE.json("none");

    @BeforeEach
    void aTenant() {
        tenant = SERVICE.newTenant("web-" + UUID.randomUUID());
        client = SERVICE.json(SERVICE.newKey(tenant, "writer"));
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    private JsonNode get(String path) {
        return answer(Objects.requireNonNull(client.get(path).block(LIMIT)), path, 200);
    }

    @CanIgnoreReturnValue
    private JsonNode post(String path, String json, int status) {
        return answer(Objects.requireNonNull(client.post(path, json).block(LIMIT)), path, status);
    }

    @CanIgnoreReturnValue
    private static JsonNode answer(JsonClient.Answer answer, String path, int status) {
        assertThat(answer.status()).as(path + ": " + answer.body()).isEqualTo(status);
        return answer.body();
    }

    @CanIgnoreReturnValue
    private JsonNode html(String url, String html, int status) {
        Reply reply = raw().ask(new Request(
                "POST", "/v1/web/pages?url=" + url, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8)));
        assertThat(reply.status()).as(reply::toString).isEqualTo(status);
        return reply.json();
    }

    private RawClient raw() {
        return SERVICE.raw(SERVICE.newKey(tenant, "writer"));
    }

    @CanIgnoreReturnValue
    private List<String> rows(String sql) {
        try {
            return DATABASE.asApplication(UUID.fromString(tenant), sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> edges() {
        return rows("""
                select s.name || ' ' || r.type || ' ' || t.name
                  from relationships r
                  join entities s on s.entity_id = r.source_id join entities t on t.entity_id = r.target_id
                 where r.type in ('HAS_CONTENT', 'LINKS_TO') order by 1
                """);
    }

    @Test
    void aPageIsFoundByWhatItSaysAndStandsInTheGraph() {
        JsonNode written = html("https://Example.org:443/rivers%23top", RIVERS, 201);
        String id = html("https://example.org/rivers", RIVERS, 200).path("id").asString();
        html("https://example.org/lakes", LAKES, 201);

        assertThat(written.path("status").asString()).isEqualTo("created");
        JsonNode page = get("/v1/web/pages/" + id);
        assertThat(page.path("title").asString()).isEqualTo("Rivers");
        assertThat(page.path("text").asString()).contains("from the mountains");
        assertThat(page.path("domain").asString()).isEqualTo("example.org");
        assertThat(get("/v1/search?q=water+from+the+mountains&types=WEB_CHUNK")
                        .path("hits")
                        .path(0)
                        .path("name")
                        .asString())
                .isEqualTo("Rivers");
        assertThat(edges()).contains("Rivers HAS_CONTENT Rivers", "Rivers LINKS_TO Lakes", "Lakes LINKS_TO Rivers");
        assertThat(get("/v1/web/pages/" + id + "/links").path("items").valueStream())
                .extracting(link -> link.path("url").asString() + " " + link.has("pageId"))
                .containsExactly("https://example.org/lakes true", "https://other.example/x false");
        assertThat(get("/v1/web/pages/" + id + "/chunks").path("items")).hasSize(1);
    }

    @Test
    void whatTwoUrlsSayAlikeIsKeptOnceAndGoesWithTheLast() {
        String first = html("https://a.example/", RIVERS, 201).path("id").asString();
        String second = html("https://b.example/", RIVERS, 201).path("id").asString();

        assertThat(get("/v1/web/pages/" + first).path("contentId"))
                .isEqualTo(get("/v1/web/pages/" + second).path("contentId"));
        assertThat(rows("select count(*) from web_contents")).containsExactly("1");
        assertThat(rows("select count(*) from chunks")).containsExactly("1");

        client.delete("/v1/web/pages/" + first).block(LIMIT);
        assertThat(get("/v1/search?q=mountains&types=WEB_CHUNK").path("hits")).hasSize(1);
        html("https://b.example/", LAKES, 200);

        assertThat(rows("select title from web_contents")).containsExactly("Lakes");
        assertThat(get("/v1/search?q=mountains&types=WEB_CHUNK&legs=text").path("hits"))
                .isEmpty();
        client.delete("/v1/web/pages/" + second).block(LIMIT);
        for (String table :
                List.of("web_pages", "web_contents", "web_links", "chunks", "entities", "hybrid_search_index")) {
            assertThat(rows("select count(*) from " + table)).as(table).containsExactly("0");
        }
    }

    @Test
    void thePageThatIsSentAgainIsUnchangedAndFresh() {
        String body = "{\"url\":\"https://example.org/r\",\"content\":\"<p>One river.</p>\",\"quality\":\"high\"}";
        String id = post("/v1/web/pages", body, 201).path("id").asString();
        rows(
                "update web_pages set fetched_at = now() - interval '3 days', expires_at = now() - interval '2 days' returning 1");

        assertThat(post("/v1/web/pages", body, 200).path("status").asString()).isEqualTo("unchanged");
        assertThat(get("/v1/web/pages/" + id).path("expiresAt").asString())
                .isGreaterThan(Instant.now().toString());
        assertThat(post("/v1/web/pages", body.replace("high", "low"), 200)
                        .path("status")
                        .asString())
                .isEqualTo("updated");
        assertThat(get("/v1/web/pages?quality=low").path("items")).hasSize(1);
        assertThat(get("/v1/web/pages?domain=other.example").path("items")).isEmpty();
    }

    @Test
    void lookUpsAreCountedAsTheyWere() {
        html("https://example.org/r", RIVERS, 201);
        post("/v1/web/pages/lookup", "{\"url\":\"https://example.org/none\"}", 404);
        post("/v1/web/pages/lookup", "{\"url\":\"https://EXAMPLE.org/r#x\"}", 200);
        JsonNode page = post("/v1/web/pages/lookup", "{\"url\":\"https://example.org/r\"}", 200);

        assertThat(page.path("hits").asInt()).isEqualTo(2);
        JsonNode counts = get("/v1/web/cache");
        assertThat(counts.path("hits").asInt()).isEqualTo(2);
        assertThat(counts.path("misses").asInt()).isEqualTo(1);
        assertThat(counts.path("hitRate").asDouble()).isEqualTo(2 / 3.0);
        assertThat(counts.path("pages").asInt()).isEqualTo(1);
        assertThat(counts.path("ages").path("underOneHour").asInt()).isEqualTo(1);

        rows("update web_pages set expires_at = now() returning 1");
        post("/v1/web/pages/lookup", "{\"url\":\"https://example.org/r\"}", 404);
        assertThat(get("/v1/web/cache").path("expired").asInt()).isEqualTo(1);
        assertThat(post("/v1/web/cache/purge", "", 200).path("removed").asInt()).isEqualTo(1);
        assertThat(rows("select count(*) from chunks")).containsExactly("0");
    }

    /** Two texts that come and go on twenty URLs at once; in the end each text has its pages, and none is left over. */
    @Test
    void manyWritersLeaveNoTextWithoutAPageAndNoPageWithoutItsText() {
        Flux.range(0, 120)
                .flatMap(
                        i -> client.post(
                                "/v1/web/pages",
                                "{\"url\":\"https://example.org/%d\",\"content\":\"<p>Text %d of a river.</p>\"}"
                                        .formatted(i % 20, i % 2)),
                        8)
                .doOnNext(answer ->
                        assertThat(answer.status()).as(answer.toString()).isIn(200, 201))
                .blockLast(LIMIT);

        assertThat(rows("select count(*) from web_pages")).containsExactly("20");
        assertThat(
                        rows(
                                "select count(*) from web_contents c where not exists (select from web_pages p where p.content_id = c.content_id)"))
                .containsExactly("0");
        assertThat(
                        rows(
                                "select count(*) from chunks k where not exists (select from web_contents c where c.node_id = k.owner_id)"))
                .containsExactly("0");
    }

    /** Each of twelve pages that come at once links to all of them. */
    @Test
    void pagesThatComeAtOnceAreJoinedAllTheSame() {
        String links = IntStream.range(0, 12)
                .mapToObj("<a href='/%d'>x</a>"::formatted)
                .collect(Collectors.joining(" "));

        Flux.range(0, 12)
                .flatMap(
                        i -> client.post(
                                "/v1/web/pages",
                                "{\"url\":\"https://example.org/%d\",\"content\":\"<p>Page %d: %s</p>\"}"
                                        .formatted(i, i, links)),
                        12)
                .doOnNext(answer ->
                        assertThat(answer.status()).as(answer.toString()).isEqualTo(201))
                .blockLast(LIMIT);

        assertThat(rows("select count(*) from relationships where type = 'LINKS_TO'"))
                .containsExactly("132");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"url":"ftp://example.org/","content":"a"}        | url
                    {"url":"https://example.org/"}                    | content
                    {"url":"https://example.org/","content":"<p></p>"}| body
                    {"url":"https://example.org/","content":"a","keepSeconds":0}      | keepSeconds
                    {"url":"https://example.org/","content":"a","quality":"best"}     | quality
                    """)
    void aPageThatCannotBeReadIsRefused(String body, String field) {
        assertThat(RawClient.Reply.fields(post("/v1/web/pages", body, 400))).containsExactly(field);
        assertThat(raw().ask(new Request(
                                "POST", "/v1/web/pages", "text/html", "<p>a</p>".getBytes(StandardCharsets.UTF_8)))
                        .fields())
                .containsExactly("url");
    }

    /** 200 requests at once, of which a minute has room for 25; those that fall into the next minute have their own. */
    @Test
    void asManyAreLetThroughAsMayBeHoweverManyComeAtOnce() {
        Objects.requireNonNull(client.put("/v1/web/domains/example.org", "{\"requestsPerMinute\":25}")
                .block(LIMIT));

        long allowed = Objects.requireNonNull(Flux.range(0, 200)
                .flatMap(i -> client.post("/v1/web/domains/example.org/requests", ""), 16)
                .filter(answer -> answer.body().path("allowed").asBoolean())
                .count()
                .block(LIMIT));

        JsonNode domain = get("/v1/web/domains/example.org");
        assertThat(allowed).isEqualTo(domain.path("requests").asLong()).isIn(25L, 50L);
        assertThat(domain.path("refused").asLong()).isEqualTo(200 - allowed);
        JsonNode refused = post("/v1/web/domains/EXAMPLE.org/requests", "", 200);
        if (!refused.path("allowed").asBoolean()) {
            assertThat(refused.path("status").asString()).isEqualTo("throttled");
            assertThat(refused.path("retryAfterMs").asLong()).isBetween(0L, 60_000L);
        }
        rows("update web_domains set minute_began_at = minute_began_at - interval '1 minute' returning 1");
        assertThat(post("/v1/web/domains/example.org/requests", "", 200)
                        .path("allowed")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void errorsHoldASiteBackAndASuccessFreesIt() {
        String outcomes = "/v1/web/domains/example.org/outcomes";
        JsonNode first = post(outcomes, "{\"success\":false,\"error\":\"timeout\"}", 200);
        assertThat(first.path("status").asString()).isEqualTo("throttled");
        for (int i = 0; i < 5; i++) {
            post(outcomes, "{\"success\":false}", 200);
        }
        JsonNode permit = post("/v1/web/domains/example.org/requests", "", 200);
        assertThat(permit.path("allowed").asBoolean()).isFalse();
        assertThat(permit.path("retryAfterMs").asLong()).isBetween(20_000L, 32_000L);
        assertThat(post(outcomes, "{\"success\":false,\"retryAfterSeconds\":600}", 200)
                        .path("consecutiveErrors")
                        .asInt())
                .isEqualTo(7);
        assertThat(post("/v1/web/domains/example.org/requests", "", 200)
                        .path("retryAfterMs")
                        .asLong())
                .isBetween(590_000L, 600_000L);

        assertThat(post(outcomes, "{\"success\":true}", 200).path("status").asString())
                .isEqualTo("ok");
        assertThat(post("/v1/web/domains/example.org/requests", "", 200)
                        .path("allowed")
                        .asBoolean())
                .isTrue();
        Objects.requireNonNull(
                client.put("/v1/web/domains/example.org", "{\"blocked\":true}").block(LIMIT));
        JsonNode blocked = post("/v1/web/domains/example.org/requests", "", 200);
        assertThat(blocked.path("status").asString()).isEqualTo("blocked");
        assertThat(blocked.has("retryAfterMs")).isFalse();
        assertThat(get("/v1/web/domains").path("items").path(0).path("errors").asInt())
                .isEqualTo(7);
        client.delete("/v1/web/domains/example.org").block(LIMIT);
        answer(Objects.requireNonNull(client.get("/v1/web/domains/example.org").block(LIMIT)), "gone", 404);
    }

    private String outcome(String walk, String url, String parent) {
        return post(
                        "/v1/web/traversals/" + walk + "/pages",
                        "{\"url\":\"%s\",\"parentUrl\":\"%s\"}".formatted(url, parent),
                        200)
                .path("outcome")
                .asString();
    }

    @CanIgnoreReturnValue
    private JsonNode visited(String walk, String url, String json, int status) {
        return answer(
                Objects.requireNonNull(
                        client.patch("/v1/web/traversals/" + walk + "/pages", "{\"url\":\"" + url + "\"," + json + "}")
                                .block(LIMIT)),
                url,
                status);
    }

    @CanIgnoreReturnValue
    private JsonNode step(String walk, String status, int expected) {
        return answer(
                Objects.requireNonNull(client.patch("/v1/web/traversals/" + walk, "{\"status\":\"" + status + "\"}")
                        .block(LIMIT)),
                status,
                expected);
    }

    @Test
    void aWalkHoldsItsBoundsAndItsCounts() {
        String root = "https://example.org/";
        post(
                "/v1/web/traversals",
                "{\"id\":\"w\",\"startUrl\":\"%s\",\"maxDepth\":2,\"maxPages\":4}".formatted(root),
                201);
        post("/v1/web/traversals", "{\"id\":\"w\",\"startUrl\":\"%s\"}".formatted(root), 409);

        assertThat(outcome("w", root + "a#x", root)).isEqualTo("added");
        assertThat(outcome("w", root + "a", root)).isEqualTo("known");
        assertThat(outcome("w", "https://other.example/", root)).isEqualTo("other-domain");
        assertThat(outcome("w", root + "b", root + "a")).isEqualTo("added");
        assertThat(outcome("w", root + "c", root + "b")).isEqualTo("too-deep");
        assertThat(outcome("w", root + "d", root)).isEqualTo("added");
        assertThat(outcome("w", root + "e", root)).isEqualTo("too-many");
        post("/v1/web/traversals/w/pages", "{\"url\":\"%se\",\"parentUrl\":\"%snever\"}".formatted(root, root), 400);
        post("/v1/web/traversals/none/pages", "{\"url\":\"%se\",\"parentUrl\":\"%s\"}".formatted(root, root), 404);

        visitsAreCounted(root);
        assertThat(get("/v1/web/traversals/w/pages?status=pending")
                        .path("items")
                        .valueStream())
                .extracting(page ->
                        page.path("url").asString() + " " + page.path("depth").asInt())
                .containsExactly(root + "d 1");
        assertThat(get("/v1/web/traversals?status=completed").path("items")).hasSize(1);
        client.delete("/v1/web/traversals/w").block(LIMIT);
        assertThat(rows("select count(*) from web_traversal_nodes")).containsExactly("0");
    }

    private void visitsAreCounted(String root) {
        step("w", "completed", 409);
        step("w", "running", 200);
        visited("w", root, "\"status\":\"visited\",\"bytes\":1000,\"rateLimited\":2", 200);
        visited("w", root + "a", "\"status\":\"error\",\"error\":\"404\"", 200);
        visited("w", root + "b", "\"status\":\"skipped\"", 200);
        visited("w", root + "b", "\"status\":\"visited\"", 409);
        visited("w", root + "never", "\"status\":\"visited\"", 404);

        JsonNode walk = step("w", "completed", 200);
        assertThat(walk.path("discovered").asInt()).isEqualTo(4);
        assertThat(walk.path("visited").asInt()).isEqualTo(1);
        assertThat(walk.path("failed").asInt()).isEqualTo(1);
        assertThat(walk.path("skipped").asInt()).isEqualTo(1);
        assertThat(walk.path("deepest").asInt()).isEqualTo(2);
        assertThat(walk.path("bytes").asLong()).isEqualTo(1000);
        assertThat(walk.path("rateLimited").asInt()).isEqualTo(2);
        step("w", "running", 409);
        post("/v1/web/traversals/w/pages", "{\"url\":\"%sf\",\"parentUrl\":\"%s\"}".formatted(root, root), 409);
    }

    /** Forty pages, each found by four clients at once, of which a walk may find thirty. */
    @Test
    void aWalkOfManyClientsFindsEachPageOnceAndNoMoreThanItMay() {
        String root = "https://example.org/";
        post("/v1/web/traversals", "{\"id\":\"w\",\"startUrl\":\"%s\",\"maxPages\":30}".formatted(root), 201);

        List<JsonClient.Answer> answers = Objects.requireNonNull(Flux.range(0, 160)
                .flatMap(
                        i -> client.post(
                                "/v1/web/traversals/w/pages",
                                "{\"url\":\"%s%d\",\"parentUrl\":\"%s\"}".formatted(root, i % 40, root)),
                        12)
                .collectList()
                .block(LIMIT));

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(answers.stream()
                        .filter(answer ->
                                answer.body().path("outcome").asString().equals("added")))
                .hasSize(29);
        assertThat(get("/v1/web/traversals/w").path("discovered").asInt()).isEqualTo(30);
        assertThat(rows("select count(*) || ' ' || max(place) from web_traversal_nodes"))
                .containsExactly("30 30");
    }

    @Test
    void whatExtractionsTookIsToldByTheHour() {
        for (int i = 1; i <= 100; i++) {
            post(
                    "/v1/web/extractions",
                    "{\"url\":\"https://example.org/%d\",\"totalMs\":%d,\"fetchMs\":10,\"statusCode\":%d,\"sanitized\":%b}"
                            .formatted(i, i, i > 90 ? 500 : 200, i % 2 == 0),
                    204);
        }
        rows("update web_extractions set extracted_at = '2026-03-01T10:15:00Z' returning 1");
        assertThat(get("/v1/web/extractions").path("items")).hasSize(1);
        JsonNode hour = get("/v1/web/extractions").path("items").path(0);
        assertThat(hour.path("hour").asString()).isEqualTo("2026-03-01T10:00:00Z");
        assertThat(hour.path("pages").asInt()).isEqualTo(100);
        assertThat(hour.path("failed").asInt()).isEqualTo(10);
        assertThat(hour.path("sanitized").asInt()).isEqualTo(50);
        assertThat(hour.path("p50Ms").asDouble()).isEqualTo(50.5);
        assertThat(hour.path("meanFetchMs").asDouble()).isEqualTo(10);
        assertThat(get("/v1/web/extractions?domain=other.example").path("items"))
                .isEmpty();
        rows("update web_extractions set extracted_at = now() - interval '31 days' returning 1");
        post("/v1/web/extractions", "{\"url\":\"https://example.org/\",\"totalMs\":1}", 204);
        assertThat(rows("select count(*) from web_extractions")).containsExactly("91");
    }
}
