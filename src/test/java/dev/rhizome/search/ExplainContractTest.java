package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rhizome.testing.RunningService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Scores that are explained can be computed again from what the explanation says, and from nothing else. */
class ExplainContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static final double EXACTLY = 1e-9;
    private static final double STEP = 0.02;
    private static final int THINGS = 60;
    private static final int FRIENDS = 6;
    private static WebTestClient client = SERVICE.client(null);

    /**
     * TestDocuments in a fan, document n at an angle of n steps from the question; the first 12 have the word. The first 6 all know
     * each other, and the first of them something hidden, which has neither the word nor an angle near the question's.
     */
    @BeforeAll
    static void friendsAndSomethingHidden() {
        client = SERVICE.client(SERVICE.newKey(SERVICE.newTenant("explain"), "writer"));
        StringBuilder documents = new StringBuilder();
        for (int i = 0; i < THINGS; i++) {
            documents
                    .append("{\"id\":\"e%d\",\"type\":\"THING\",\"name\":\"document %d\",\"text\":\"%s\","
                            .formatted(i, i, i < 12 ? "alpha" + " beta".repeat(i) : "gamma"))
                    .append("\"confidence\":0.%d,\"embedding\":%s}\n".formatted(9 - i % 7, vector(i)));
        }
        documents
                .append("{\"id\":\"hidden\",\"type\":\"SECRET\",\"name\":\"hidden\",\"confidence\":0.4,")
                .append("\"metadata\":{\"open\":false},\"embedding\":%s}\n".formatted(vector(150)));
        StringBuilder edges = new StringBuilder();
        for (int i = 0; i < FRIENDS; i++) {
            for (int j = 0; j < i; j++) {
                edges.append("{\"source\":\"e%d\",\"target\":\"e%d\",\"type\":\"KNOWS\",\"strength\":0.%d}\n"
                        .formatted(i, j, 9 - j));
            }
        }
        edges.append("{\"source\":\"e0\",\"target\":\"hidden\",\"type\":\"KNOWS\",\"confidence\":0.7}\n");
        write("/v1/entities", documents);
        write("/v1/relationships", edges);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"limit\":200",
                ",\"legs\":[\"vector\"]",
                ",\"legs\":[\"text\"]",
                ",\"legs\":[\"text\",\"graph\"]",
                ",\"legs\":[\"vector\",\"graph\"],\"limit\":30",
                ",\"legs\":[\"vector\",\"text\"],\"limit\":30",
                ",\"hops\":0",
                ",\"fusion\":\"rank\"",
                ",\"fusion\":\"rank\",\"legs\":[\"text\",\"graph\"],\"limit\":30",
                ",\"recencyWeight\":0.3,\"recencyHalfLifeDays\":1",
                ",\"confidenceWeight\":0.7,\"limit\":40",
                ",\"confidenceWeight\":1,\"recencyWeight\":1,\"limit\":100",
                ",\"diversity\":0.4,\"limit\":20",
                ",\"diversity\":1",
                ",\"diversity\":0.3,\"confidenceWeight\":0.6,\"recencyWeight\":0.1,\"limit\":15",
                ",\"legs\":[\"vector\"],\"diversity\":0.6,\"limit\":5"
            })
    void everyScoreIsWhatItsPartsSay(String more) {
        List<JsonNode> hits = search(more);

        assertThat(hits).isNotEmpty();
        Map<String, Double> direct = new HashMap<>();
        hits.forEach(hit -> direct.put(hit.path("id").asString(), ranks(hit)));
        double best = direct.values().stream().max(Double::compare).orElseThrow();
        for (JsonNode hit : hits) {
            assertThat(recomputed(hit)).isCloseTo(hit.path("score").asDouble(), within(EXACTLY));
            partsAreThoseOfTheLegs(hit);
            for (JsonNode from : graph(hit).path("from")) {
                Double known = direct.get(from.path("id").asString());
                if (known != null) {
                    assertThat(from.path("score").asDouble()).isCloseTo(known / best, within(EXACTLY));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"recencyWeight\":0.3,\"confidenceWeight\":0.7"})
    void withoutDiversityTheBestScoreComesFirst(String more) {
        List<Double> scores = search(more + ",\"limit\":100").stream()
                .map(hit -> hit.path("score").asDouble())
                .toList();

        assertThat(scores).isSortedAccordingTo((one, other) -> Double.compare(other, one));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.2", "0.5", "1"})
    void diversitySaysHowRelevantAndHowAlikeAHitIs(String diversity) {
        List<JsonNode> hits = search(",\"legs\":[\"vector\"],\"limit\":8,\"diversity\":" + diversity);
        double best = hits.getFirst().path("score").asDouble();
        List<Integer> above = new ArrayList<>();

        for (JsonNode hit : hits) {
            JsonNode why = hit.path("explain").path("diversity");
            double share = why.path("diversity").asDouble();
            int number = Integer.parseInt(hit.path("id").asString().substring(1));
            double alike = above.stream()
                    .mapToDouble(other -> Math.cos((number - other) * STEP))
                    .max()
                    .orElse(0);
            assertThat(share).isEqualTo(Double.parseDouble(diversity));
            assertThat(why.path("similarity").asDouble()).isCloseTo(Math.max(0, alike), within(1e-6));
            assertThat(why.path("relevance").asDouble())
                    .isCloseTo(hit.path("score").asDouble() / best, within(EXACTLY));
            assertThat(why.path("value").asDouble())
                    .isCloseTo(
                            (1 - share) * why.path("relevance").asDouble()
                                    - share * why.path("similarity").asDouble(),
                            within(EXACTLY));
            above.add(number);
        }
    }

    @Test
    void diversityChoosesFromMoreThanTheHits() {
        List<JsonNode> alike = search(",\"legs\":[\"vector\"],\"limit\":5");
        List<JsonNode> diverse = search(",\"legs\":[\"vector\"],\"limit\":5,\"diversity\":0.9");

        assertThat(ids(alike)).containsExactly("e0", "e1", "e2", "e3", "e4");
        assertThat(ids(diverse)).hasSize(5).startsWith("e0", "e49"); // of 50 that it chooses from
    }

    @Test
    void whatIsOnlyRelatedToTheBestCanBeAHit() {
        JsonNode hidden = hidden("");

        assertThat(hidden.path("legs").path("vector").isMissingNode()).isTrue();
        assertThat(hidden.path("legs").path("text").isMissingNode()).isTrue();
        assertThat(hidden.path("legs").path("graph").path("via").get(0).asString())
                .isEqualTo("e0");
        assertThat(graph(hidden).path("weight").asDouble()).isGreaterThan(0.05);
        assertThat(graph(hidden).path("from").get(0).path("neighbours").asInt()).isEqualTo(FRIENDS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "types\":[\"SECRET\",\"THING\"]  | true",
                "types\":[\"THING\"]             | false",
                "minConfidence\":0.4             | true",
                "minConfidence\":0.41            | false",
                "filter\":{}                     | true",
                "filter\":{\"open\":true}        | false",
                "relationshipTypes\":[\"KNOWS\"] | true",
                "relationshipTypes\":[\"OWNS\"]  | false",
                "direction\":\"out               | true",
                "direction\":\"in                | false"
            })
    void whatIsOnlyRelatedObeysWhatWasAskedFor(String asked, boolean found) {
        String more = ",\"" + asked + (asked.startsWith("direction") ? "\"" : "");

        assertThat(hidden(more).isMissingNode()).isEqualTo(!found);
    }

    /** The hidden document among the hits of the text and the graph leg. */
    private static JsonNode hidden(String more) {
        return search(",\"legs\":[\"text\",\"graph\"],\"limit\":50" + more).stream()
                .filter(hit -> hit.path("id").asString().equals("hidden"))
                .findFirst()
                .orElse(tools.jackson.databind.node.MissingNode.getInstance());
    }

    private static double recomputed(JsonNode hit) {
        double score = 0;
        for (JsonNode part : hit.path("explain").path("parts")) {
            double value = part.path("leg").asString().equals("graph") ? support(part) : direct(part);
            assertThat(part.path("value").asDouble()).isCloseTo(value, within(EXACTLY));
            score += value;
        }
        for (JsonNode factor : hit.path("explain").path("factors")) {
            double weight = factor.path("weight").asDouble();
            double value = 1
                    - weight
                    + weight
                            * (factor.path("name").asString().equals("recency")
                                    ? Math.pow(2, -number(factor, "ageDays") / number(factor, "halfLifeDays"))
                                    : number(factor, "confidence"));
            assertThat(factor.path("value").asDouble()).isCloseTo(value, within(EXACTLY));
            score *= value;
        }
        return score;
    }

    /** The part of a leg that looks, by whichever of its formulas it says. */
    private static double direct(JsonNode part) {
        double weight = number(part, "weight");
        if (part.has("unlisted")) {
            return weight * number(part, "unlisted");
        }
        if (part.has("k")) {
            return weight * (number(part, "k") + 1) / (number(part, "k") + number(part, "rank"));
        }
        double floor = number(part, "floor");
        return weight * (number(part, "similarity") - floor) / (number(part, "best") - floor);
    }

    private static double support(JsonNode part) {
        double sum = 0;
        for (JsonNode from : part.path("from")) {
            sum += number(from, "score") * number(from, "strength") / Math.sqrt(number(from, "neighbours"));
        }
        return number(part, "weight") * sum;
    }

    /** What the legs that rank give to a hit. */
    private static double ranks(JsonNode hit) {
        return StreamSupport.stream(hit.path("explain").path("parts").spliterator(), false)
                .filter(part -> !part.path("leg").asString().equals("graph"))
                .mapToDouble(ExplainContractTest::direct)
                .sum();
    }

    private static double number(JsonNode node, String field) {
        assertThat(node.path(field).isNumber()).as(field).isTrue();
        return node.path(field).asDouble();
    }

    private static JsonNode graph(JsonNode hit) {
        return StreamSupport.stream(hit.path("explain").path("parts").spliterator(), false)
                .filter(part -> part.path("leg").asString().equals("graph"))
                .findFirst()
                .orElse(tools.jackson.databind.node.MissingNode.getInstance());
    }

    private static void partsAreThoseOfTheLegs(JsonNode hit) {
        JsonNode legs = hit.path("legs");
        List<String> explained = new ArrayList<>();
        for (JsonNode part : hit.path("explain").path("parts")) {
            String leg = part.path("leg").asString();
            if (part.has("unlisted")) {
                assertThat(legs.has(leg)).isFalse();
                continue;
            }
            explained.add(leg);
            if (leg.equals("graph")) {
                List<String> via = new ArrayList<>();
                part.path("from").forEach(from -> via.add(from.path("id").asString()));
                assertThat(legs.path(leg).path("score").asDouble())
                        .isEqualTo(part.path("value").asDouble());
                assertThat(legs.path(leg).path("via"))
                        .extracting(JsonNode::asString)
                        .isEqualTo(via);
            } else {
                agrees(legs.path(leg), part);
            }
        }
        assertThat(explained).containsExactlyInAnyOrderElementsOf(legs.propertyNames());
    }

    private static void agrees(JsonNode leg, JsonNode part) {
        if (part.has("rank")) {
            assertThat(leg.path("rank")).isEqualTo(part.path("rank"));
        } else {
            double similarity = leg.has("distance") ? 1 - number(leg, "distance") : number(leg, "score");
            assertThat(number(part, "similarity")).isCloseTo(similarity, within(EXACTLY));
        }
    }

    private static List<String> ids(List<JsonNode> hits) {
        return hits.stream().map(hit -> hit.path("id").asString()).toList();
    }

    private static List<JsonNode> search(String more) {
        byte[] answer = client.post()
                .uri("/v1/search")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"query\":\"alpha\",\"embedding\":" + vector(0) + ",\"explain\":true" + more + "}")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult()
                .getResponseBody();
        JsonNode hits =
                JsonMapper.shared().readTree(Objects.requireNonNull(answer)).path("hits");
        return StreamSupport.stream(hits.spliterator(), false).toList();
    }

    private static String vector(int steps) {
        float[] vector = new float[384];
        vector[0] = (float) Math.cos(steps * STEP);
        vector[1] = (float) Math.sin(steps * STEP);
        return Arrays.toString(vector);
    }

    private static void write(String path, StringBuilder lines) {
        String answer = client.method(HttpMethod.POST)
                .uri(path)
                .contentType(MediaType.APPLICATION_NDJSON)
                .bodyValue(lines.toString())
                .exchange()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        assertThat(answer).contains("\"failed\":0");
    }
}
