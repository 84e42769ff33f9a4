package dev.rhizome.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.RunningService;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pages of the neighbours of an entity that is related to each in several ways, all but a few of the same weight. */
class NeighboursContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static final int NEIGHBOURS = 12;
    private static final int RELATIONSHIPS = 5 * NEIGHBOURS;
    private static WebTestClient client = SERVICE.client(null);

    /** Of each neighbour: both ways with one type and weight, once undirected, another type, and one lighter. */
    @BeforeAll
    static void aCentre() {
        client = SERVICE.client(SERVICE.newKey(SERVICE.newTenant("neighbours"), "writer"));
        List<String> ids = IntStream.range(0, NEIGHBOURS).mapToObj(i -> "n" + i).toList();
        StringBuilder entities = new StringBuilder(entity("m-centre") + entity("lone"));
        StringBuilder edges = new StringBuilder();
        for (String id : ids) {
            entities.append(entity(id));
            edges.append("""
                    {"source":"m-centre","target":"%1$s","type":"LIKES"}
                    {"source":"%1$s","target":"m-centre","type":"LIKES"}
                    {"source":"m-centre","target":"%1$s","type":"KNOWS"}
                    {"source":"m-centre","target":"%1$s","type":"NEAR","directed":false}
                    {"source":"%1$s","target":"m-centre","type":"KNOWS","strength":0.25}
                    """.formatted(id));
        }
        write("/v1/entities", entities.toString());
        write("/v1/relationships", edges.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 59, 60, 61})
    void pagesLoseAndRepeatNothingUnderTies(int limit) {
        List<String> all = items(page("limit=1000"));

        List<String> paged = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        while (cursor != null) {
            JsonNode page = page("limit=" + limit + cursor);
            paged.addAll(items(page));
            cursor = next(page);
            pages++;
        }

        assertThat(all).hasSize(RELATIONSHIPS).doesNotHaveDuplicates();
        assertThat(paged).isEqualTo(all);
        assertThat(pages).isEqualTo((RELATIONSHIPS + limit - 1) / limit);
    }

    @Test
    void pagesInOneDirectionHaveWhatLeadsThatWay() {
        assertThat(items(page("direction=out&limit=1000"))).hasSize(3 * NEIGHBOURS);
        assertThat(items(page("direction=in&limit=1000"))).hasSize(3 * NEIGHBOURS);
        assertThat(items(page("direction=in&types=KNOWS&limit=1000"))).hasSize(NEIGHBOURS);
    }

    @Test
    void linesAndEventsHaveThePageThatJsonHas() {
        JsonNode page = page("limit=7");
        String query = "limit=7";

        List<String> lines = body(query, MediaType.APPLICATION_NDJSON).lines().toList();
        List<String> events = body(query, MediaType.TEXT_EVENT_STREAM)
                .lines()
                .filter(line -> line.startsWith("data:"))
                .map(line -> line.substring("data:".length()))
                .toList();

        assertThat(lines).hasSize(8);
        assertThat(events).hasSize(8);
        for (int i = 0; i < 7; i++) {
            String item = page.get("items").get(i).toString();
            assertThat(lines.get(i)).isEqualTo("{\"event\":\"neighbour\"," + item.substring(1));
            assertThat(events.get(i)).isEqualTo(item);
        }
        String end = "\"neighbours\":7,\"next\":" + page.get("next") + "}";
        assertThat(lines.getLast()).isEqualTo("{\"event\":\"done\"," + end);
        assertThat(events.getLast()).isEqualTo("{" + end);
    }

    @Test
    void theLastPageHasNoNextInAnyForm() {
        String query = "limit=1000";

        assertThat(page(query).get("next").isNull()).isTrue();
        assertThat(body(query, MediaType.APPLICATION_NDJSON).lines().toList().getLast())
                .endsWith("\"next\":null}");
        assertThat(body(query, MediaType.TEXT_EVENT_STREAM)).contains("\"next\":null}");
    }

    @Test
    void anEntityWithoutNeighboursHasAnEmptyPageInAnyForm() {
        assertThat(text("/v1/entities/lone/neighbours", MediaType.APPLICATION_JSON))
                .isEqualTo("{\"items\":[],\"next\":null}");
        assertThat(text("/v1/entities/lone/neighbours", MediaType.APPLICATION_NDJSON))
                .isEqualTo("{\"event\":\"done\",\"neighbours\":0,\"next\":null}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/entities/nobody/neighbours",
                "/v1/graph/traverse?from=nobody",
                "/v1/graph/path?from=nobody&to=lone",
                "/v1/graph/path?from=lone&to=nobody"
            })
    void anUnknownEntityIsNotFoundInAnyForm(String uri) {
        for (MediaType form :
                List.of(MediaType.APPLICATION_JSON, MediaType.APPLICATION_NDJSON, MediaType.TEXT_EVENT_STREAM)) {
            client.get()
                    .uri(uri)
                    .accept(form, MediaType.APPLICATION_PROBLEM_JSON)
                    .exchange()
                    .expectStatus()
                    .isNotFound()
                    .expectBody()
                    .jsonPath("$.detail")
                    .isEqualTo("no entity with id nobody");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/entities/lone/neighbours?cursor=x",
                "/v1/entities/lone/neighbours?cursor=TmFOCmEKYgp0cnVl",
                "/v1/entities/%00/neighbours",
                "/v1/graph/traverse?from=%00"
            })
    void whatIsNoCursorOrNoIdIsRefused(String uri) {
        client.get()
                .uri(java.net.URI.create("http://localhost:" + SERVICE.port() + uri))
                .exchange()
                .expectStatus()
                .isBadRequest();
    }

    private static String entity(String id) {
        return "{\"id\":\"%s\",\"type\":\"NODE\",\"name\":\"%s\"}\n".formatted(id, id);
    }

    private static void write(String path, String lines) {
        client.post()
                .uri(path)
                .contentType(MediaType.APPLICATION_NDJSON)
                .bodyValue(lines.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .exchange()
                .expectBody(String.class)
                .value(answer -> assertThat(answer).contains("\"failed\":0"));
    }

    private static JsonNode page(String query) {
        return JsonMapper.shared().readTree(body(query, MediaType.APPLICATION_JSON));
    }

    private static @Nullable String next(JsonNode page) {
        return page.get("next").isNull() ? null : "&cursor=" + page.get("next").asString();
    }

    private static List<String> items(JsonNode page) {
        List<String> items = new ArrayList<>();
        page.get("items").forEach(item -> items.add(item.toString()));
        return items;
    }

    private static String body(String query, MediaType form) {
        return text("/v1/entities/m-centre/neighbours?" + query, form);
    }

    private static String text(String uri, MediaType form) {
        return Objects.requireNonNull(client.get()
                .uri(uri)
                .accept(form)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
    }
}
