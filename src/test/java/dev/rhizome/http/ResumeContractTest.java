package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.EventStream;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Streams that broke and go on behind the last event that arrived. */
class ResumeContractTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE = RunningService.on(DATABASE);
    private static String key = "";
    private static WebTestClient client = SERVICE.client(null);

    /** A request whose answer is a stream. */
    record Asked(String uri, @Nullable String body) {

        WebTestClient.RequestHeadersSpec<?> by(WebTestClient client) {
            WebTestClient.RequestBodySpec request = client.method(body == null ? HttpMethod.GET : HttpMethod.POST)
                    .uri(uri);
            return body == null
                    ? request
                    : request.contentType(MediaType.APPLICATION_JSON).bodyValue(body);
        }

        EventStream behind(@Nullable String id) {
            return EventStream.of(by(client), id);
        }
    }

    private static final Asked SEARCH = new Asked("/v1/search?q=clock tower&hops=2&explain=true", null);

    static Stream<Asked> streams() {
        return Stream.of(
                SEARCH,
                new Asked("/v1/search?q=clock&stages=true&diversity=0.5&types=THING,PLACE", null),
                new Asked("/v1/search", "{\"query\":\"clock tower\",\"stages\":true,\"hops\":3,\"limit\":4}"),
                new Asked(
                        "/v1/search",
                        "{\"embedding\":" + vector(3) + ",\"legs\":[\"vector\"],\"confidenceWeight\":0.5}"),
                new Asked("/v1/search?q=ghoul&legs=text", null),
                new Asked("/v1/graph/traverse?from=t0&hops=4", null),
                new Asked("/v1/entities/t1/neighbours?limit=3", null));
    }

    @BeforeAll
    static void aTownOfClocks() {
        key = townOf(SERVICE, "resume");
        client = SERVICE.client(key);
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    private static String townOf(RunningService service, String slug) {
        String writer = service.newKey(service.newTenant(slug), "writer");
        StringBuilder documents = new StringBuilder();
        StringBuilder edges = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            documents.append("{\"id\":\"t%d\",\"type\":\"%s\",\"name\":\"clock %d\",\"text\":\"%s\",\"embedding\":%s}\n"
                    .formatted(i, i % 2 == 0 ? "THING" : "PLACE", i, "tower ".repeat(i % 4), vector(i)));
        }
        for (int i = 1; i < 12; i++) {
            edges.append("{\"source\":\"t%d\",\"target\":\"t%d\",\"type\":\"NEAR\",\"strength\":0.%d}\n"
                    .formatted(i, i / 2, i % 9 + 1));
        }
        write(service.client(writer), "/v1/entities", documents.toString());
        write(service.client(writer), "/v1/relationships", edges.toString());
        return writer;
    }

    private static String vector(int number) {
        float[] vector = new float[384];
        vector[0] = 1;
        vector[1] = number / 10f;
        return java.util.Arrays.toString(vector);
    }

    private static void write(WebTestClient writer, String path, String lines) {
        writer.method(HttpMethod.POST)
                .uri(path)
                .contentType(MediaType.APPLICATION_NDJSON)
                .bodyValue(lines)
                .exchange()
                .expectBody(String.class)
                .value(answer -> assertThat(answer).contains("\"failed\":0"));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void behindEachEventComesExactlyTheRest(Asked asked) {
        EventStream whole = asked.behind(null);

        assertThat(whole.ids()).isNotEmpty().doesNotHaveDuplicates();
        for (int i = 0; i < whole.events().size() - 1; i++) {
            EventStream rest = asked.behind(whole.ids().get(i));
            assertThat(rest.status()).isEqualTo(200);
            assertThat(rest.lasting())
                    .isEqualTo(whole.lasting().subList(i + 1, whole.events().size()));
            assertThat(rest.ids())
                    .isEqualTo(whole.ids().subList(i + 1, whole.events().size()));
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void behindTheLastEventIsNothing(Asked asked) {
        EventStream whole = asked.behind(null);

        EventStream rest = asked.behind(whole.ids().getLast());

        assertThat(whole.events().getLast().name()).isEqualTo("done");
        assertThat(rest.status()).isEqualTo(204);
        assertThat(rest.body()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("streams")
    void anEmptyIdIsNone(Asked asked) {
        assertThat(asked.behind("").lasting()).isEqualTo(asked.behind(null).lasting());
    }

    @ParameterizedTest
    @MethodSource("streams")
    void anotherTenantWithTheSameThingsCannotGoOn(Asked asked) {
        List<String> ids = asked.behind(null).ids();
        WebTestClient stranger = SERVICE.client(townOf(SERVICE, "stranger-" + Math.abs((long) asked.hashCode())));
        List<String> theirs = EventStream.of(asked.by(stranger), null).lasting();

        assertThat(theirs).isEqualTo(asked.behind(null).lasting());
        assertThat(ids).allSatisfy(id -> refused(EventStream.of(asked.by(stranger), id), 404));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void anotherRequestCannotGoOn(Asked asked) {
        String first = asked.behind(null).ids().getFirst();

        streams().filter(other -> !other.equals(asked)).forEach(other -> refused(other.behind(first), 404));
        refused(new Asked("/v1/search?q=clock tower&hops=2&explain=false", null).behind(first), 404);
    }

    @Test
    void idsThatWereNeverGivenAreRefused() {
        String id = SEARCH.behind(null).ids().getFirst();
        String flipped = (id.charAt(0) == 'A' ? 'B' : 'A') + id.substring(1);

        for (String forged : List.of(
                flipped,
                id.substring(1),
                id.substring(0, id.length() - 1),
                id + "A",
                id + "=",
                id + " " + id,
                "1",
                "nonsense",
                "../../etc/passwd",
                "A".repeat(39),
                "A".repeat(4_000))) {
            refused(SEARCH.behind(forged), 404);
        }
        for (char last = 'A'; last <= 'Z'; last++) {
            if (last != id.charAt(id.length() - 1)) {
                refused(SEARCH.behind(id.substring(0, id.length() - 1) + last), 404);
            }
        }
    }

    @Test
    void whereTheSentPartHasChangedTheAnswerHasToBeAskedForAgain() {
        WebTestClient writer = SERVICE.client(townOf(SERVICE, "changing"));
        Asked search = new Asked("/v1/search?q=clock&legs=text&limit=5", null);
        List<String> before = EventStream.of(search.by(writer), null).ids();

        write(writer, "/v1/entities", "{\"id\":\"t0\",\"type\":\"THING\",\"name\":\"clock clock clock\"}");
        List<String> after = EventStream.of(search.by(writer), null).ids();

        assertThat(after).doesNotContainAnyElementsOf(before.subList(0, 5));
        for (String id : before.subList(0, 5)) {
            EventStream answer = EventStream.of(search.by(writer), id);
            refused(answer, 409);
            assertThat(answer.body()).contains("Last-Event-ID");
        }
    }

    @Test
    void aHitWhoseContentHasChangedIsAnotherOne() {
        WebTestClient writer = SERVICE.client(townOf(SERVICE, "renaming"));
        Asked search = new Asked("/v1/search?q=tower&legs=text&types=THING&limit=5", null);
        EventStream before = EventStream.of(search.by(writer), null);
        String second = before.events().get(1).data().replaceFirst(".*?\"id\":\"([^\"]*)\".*", "$1");

        write(
                writer,
                "/v1/entities",
                "{\"id\":\"%s\",\"type\":\"THING\",\"name\":\"clock %s\",\"text\":\"%s\",\"metadata\":{\"new\":1}}"
                        .formatted(second, second.substring(1), "tower ".repeat(2)));

        assertThat(EventStream.of(search.by(writer), before.ids().getFirst()).status())
                .isEqualTo(200);
        refused(EventStream.of(search.by(writer), before.ids().get(1)), 409);
    }

    @Test
    void anAnswerThatHasBecomeShorterHasToBeAskedForAgain() {
        WebTestClient writer = SERVICE.client(townOf(SERVICE, "shrinking"));
        Asked walk = new Asked("/v1/graph/traverse?from=t0&hops=4", null);
        List<String> ids = EventStream.of(walk.by(writer), null).ids();

        for (int i = 1; i < 12; i++) {
            writer.delete().uri("/v1/entities/t" + i).exchange().expectStatus().isNoContent();
        }

        refused(EventStream.of(walk.by(writer), ids.get(ids.size() - 2)), 409);
    }

    @Test
    void anyServiceWithTheOperatorsKeyGoesOnAlsoAfterARestart() {
        EventStream whole = SEARCH.behind(null);
        for (int start = 0; start < 2; start++) {
            RunningService other = RunningService.on(DATABASE);
            EventStream rest =
                    EventStream.of(SEARCH.by(other.client(key)), whole.ids().get(1));
            other.close();

            assertThat(rest.lasting())
                    .isEqualTo(whole.lasting().subList(2, whole.events().size()));
        }
    }

    @Test
    void theOperatorsKeyHasNoPartInIt() {
        EventStream whole = SEARCH.behind(null);
        RunningService other = RunningService.on(DATABASE, "--rhizome.operator-key=another-operator-key-of-the-tests");
        EventStream rest =
                EventStream.of(SEARCH.by(other.client(key)), whole.ids().get(1));
        other.close();

        assertThat(rest.lasting())
                .isEqualTo(whole.lasting().subList(2, whole.events().size()));
    }

    @Test
    void aServiceWithAnotherSecretDoesNotGoOn() {
        List<String> ids = SEARCH.behind(null).ids();
        RunningService other =
                RunningService.on(DATABASE, "--rhizome.stream-secret=another-stream-secret-of-the-tests-01");
        EventStream answer = EventStream.of(SEARCH.by(other.client(key)), ids.getFirst());
        other.close();

        refused(answer, 404);
    }

    @Test
    void otherFormsIgnoreTheHeader() {
        String id = SEARCH.behind(null).ids().getFirst();

        for (MediaType type : List.of(MediaType.APPLICATION_JSON, MediaType.APPLICATION_NDJSON)) {
            assertThat(body(type, id)).isEqualTo(body(type, "")).contains("\"rank\":1,");
            assertThat(body(type, "nonsense")).isEqualTo(body(type, ""));
        }
    }

    private static String body(MediaType type, String id) {
        String body = SEARCH.by(client)
                .accept(type)
                .header("Last-Event-ID", id)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        return String.valueOf(body).replaceAll("\"tookMs\":[0-9.E-]+", "");
    }

    private static void refused(EventStream answer, int status) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).contains("urn:rhizome:problem:").doesNotContain("event:");
    }
}
