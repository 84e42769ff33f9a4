package dev.rhizome.searchlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.Api;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What was searched for, over HTTP: what is kept of it, for how long, and who sees it. */
class SearchLogContractTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE =
            RunningService.on(DATABASE, "--rhizome.search-log.interval=50ms", "--rhizome.search-log.keep=1h");
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String SESSIONS = "/v1/search/sessions";

    private String tenant = "";
    private Api admin = Api.ofOperator(SERVICE);

    @BeforeEach
    void aTenantWithSomethingToFind() {
        tenant = SERVICE.newTenant("seeker-" + NUMBER.incrementAndGet());
        admin = Api.of(SERVICE, tenant, "admin");
        admin.posted("/v1/entities", "{\"id\":\"a\",\"type\":\"T\",\"name\":\"Red apple\"}");
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    /** The sessions, when there are {@code count}. */
    private List<JsonNode> sessions(int count) throws InterruptedException {
        List<JsonNode> found = admin.all(SESSIONS, 2);
        for (int i = 0; i < 200 && found.size() < count; i++) {
            Thread.sleep(25);
            found = admin.all(SESSIONS, 2);
        }
        assertThat(found).hasSize(count);
        return found;
    }

    @Test
    void aSearchIsKnownByItsWordsAndTheyAreNotKept() throws InterruptedException, SQLException {
        admin.ask("/v1/search?q=red APPLE&limit=7");
        admin.ask("/v1/search?q=Red apple &legs=text");
        admin.posted(
                "/v1/search", "{\"query\":\"nothing\",\"legs\":[\"vector\"],\"minConfidence\":1,\"types\":[\"NONE\"]}");

        List<JsonNode> all = sessions(3);

        assertThat(all).extracting(one -> one.path("kind").asString()).containsExactly("vector", "text", "hybrid");
        JsonNode first = all.getLast();
        assertThat(first.path("limit").asInt()).isEqualTo(7);
        assertThat(first.path("hits").asInt()).isEqualTo(1);
        assertThat(first.path("hops").asInt()).isEqualTo(1);
        assertThat(first.path("complete").asBoolean()).isTrue();
        assertThat(first.path("tookMs").asDouble()).isPositive();
        assertThat(first.path("vectorPlan").asString()).isEqualTo("exact");
        assertThat(first.path("queryHash")).isEqualTo(all.get(1).path("queryHash"));
        assertThat(admin.each(SESSIONS + "?query=rED apple", "id")).hasSize(2);
        assertThat(admin.each(SESSIONS + "?query=another", "id")).isEmpty();
        assertThat(admin.each(SESSIONS + "?kind=text", "id"))
                .containsExactly(all.get(1).path("id").asString());
        assertThat(admin.each(SESSIONS + "?minMs=3600000", "id")).isEmpty();
        assertThat(admin.each(SESSIONS + "?since=2999-01-01T00:00:00Z", "id")).isEmpty();
        assertThat(DATABASE.readAsAdministrator("select s::text from rhizome.graph_search_sessions s"))
                .isNotEmpty()
                .noneMatch(row -> row.toLowerCase(Locale.ROOT).contains("apple"));
    }

    @Test
    void figuresAreOfAllSearches() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            admin.get("/v1/search?q=apple&legs=text");
        }
        admin.get("/v1/search?q=pear&legs=text");
        admin.get("/v1/search?q=apple");
        assertThat(sessions(7)).isNotEmpty();

        JsonNode figures = admin.get("/v1/search/statistics?limit=1");

        assertThat(figures.path("searches").asInt()).isEqualTo(7);
        assertThat(figures.path("empty").asInt()).isEqualTo(1);
        assertThat(figures.path("incomplete").asInt()).isZero();
        JsonNode text = figures.path("kinds").path(0);
        assertThat(text.path("kind").asString()).isEqualTo("text");
        assertThat(text.path("searches").asInt()).isEqualTo(6);
        assertThat(text.path("p50Ms").asDouble())
                .isLessThanOrEqualTo(text.path("p95Ms").asDouble());
        assertThat(text.path("p99Ms").asDouble())
                .isLessThanOrEqualTo(text.path("maxMs").asDouble());
        assertThat(figures.path("popular").size()).isEqualTo(1);
        assertThat(figures.path("popular").path(0).path("searches").asInt()).isEqualTo(6);
        assertThat(figures.path("slow").size()).isEqualTo(1);
        assertThat(admin.get("/v1/search/statistics?until=2000-01-01T00:00:00Z")
                        .path("searches")
                        .asInt())
                .isZero();
    }

    @Test
    void eachOfManyInOneRequestCounts() throws InterruptedException {
        admin.lines("/v1/search/batch", "{\"query\":\"apple\"}\n{\"query\":\"pear\"}\n{\"query\":\"apple\"}");

        assertThat(sessions(3))
                .extracting(one -> one.path("queryHash").asString())
                .doesNotContain("");
    }

    /** The same words are something else in another tenant, and nobody but its admin sees them. */
    @Test
    void anotherTenantsAreNotSeen() throws InterruptedException {
        admin.get("/v1/search?q=apple&legs=text");
        String mine = sessions(1).getFirst().path("queryHash").asString();
        String other = SERVICE.newTenant("other-" + NUMBER.incrementAndGet());
        Api others = Api.of(SERVICE, other, "admin");

        assertThat(others.each(SESSIONS, "id")).isEmpty();
        assertThat(SearchSession.hash(new TenantId(UUID.fromString(other)), "apple"))
                .isNotEqualTo(mine);
        assertThat(SearchSession.hash(new TenantId(UUID.fromString(tenant)), "apple"))
                .isEqualTo(mine);
        for (String role : List.of("reader", "writer", "auditor")) {
            assertThat(Api.of(SERVICE, tenant, role).ask(SESSIONS).status()).isEqualTo(403);
            assertThat(Api.of(SERVICE, tenant, role)
                            .ask("/v1/search/statistics")
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void whatIsTooOldGoesWithTheNextThatComes() throws InterruptedException, SQLException {
        DATABASE.asAdministrator("insert into rhizome.graph_search_sessions select '" + tenant
                + "', gen_random_uuid(), '" + Instant.now().minusSeconds(7_200)
                + "', null, 'text', 10, 0, 0, 0, true, 1 from generate_series(1, 50)");
        assertThat(sessions(50)).isNotEmpty();

        admin.get("/v1/search?q=apple&legs=text");

        for (int i = 0; i < 200 && admin.all(SESSIONS, 100).size() != 1; i++) {
            Thread.sleep(25);
        }
        assertThat(admin.all(SESSIONS, 100)).hasSize(1);
    }
}
