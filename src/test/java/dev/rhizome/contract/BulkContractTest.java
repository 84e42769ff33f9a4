package dev.rhizome.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.OpenApiDocument.Operation;
import dev.rhizome.testing.RawClient.Reply;
import dev.rhizome.testing.RawClient.Request;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;
import tools.jackson.databind.JsonNode;

/** On every bulk route each line is answered by its number, whatever becomes of its neighbours and of other clients. */
class BulkContractTest {

    /** With more connections than one, so that two clients meet in the database. */
    private static final RunningService SERVICE = RunningService.on(TestDatabase.create(), "--DB_POOL_MAX=6");

    private static final Callers CALLERS = Callers.ofNewTenant(SERVICE);
    private static final AtomicInteger RUNS = new AtomicInteger();
    /** More than a batch of 250 lines. */
    private static final int KNOWN = 300;

    /**
     * Lines of a route.
     *
     * @param good well-formed, with {@code %1$s} for the run and {@code %2$d} for the number
     * @param refused one that contradicts what is stored, where the route has such a thing, or its own limits
     */
    private record Lines(String good, String refused) {

        String good(String run, int number) {
            return good.formatted(run, number);
        }
    }

    private static final Map<String, Lines> OF_KNOWLEDGE = Map.of(
            "/v1/knowledge/queries",
            new Lines("{\"id\":\"%1$s-%2$d\",\"query\":\"q %2$d\"}", "{\"id\":\"hub\",\"query\":\"other\"}"),
            "/v1/knowledge/queries/{id}/results",
            new Lines(result("%1$s-%2$d", "%1$s %2$d"), result("known", "other")),
            "/v1/documents",
            new Lines("{\"id\":\"%1$s-%2$d\",\"text\":\"t %2$d\"}", "{\"id\":\"x\",\"text\":\" \"}"),
            "/v1/verifications",
            new Lines("{\"id\":\"%1$s-%2$d\",\"content\":\"c\"}", "{\"id\":\"known\",\"content\":\"other\"}"));

    private static final Map<String, Lines> OF_GRAPH_AND_RECORD = Map.of(
            "/v1/entities",
            new Lines(
                    "{\"id\":\"%1$s-%2$d\",\"type\":\"T\",\"name\":\"n\"}",
                    "{\"id\":\"short\",\"type\":\"T\",\"name\":\"n\",\"embedding\":[1,2]}"),
            "/v1/relationships",
            new Lines(
                    "{\"source\":\"hub\",\"target\":\"k-%2$d\",\"type\":\"T_%1$s\"}",
                    "{\"source\":\"hub\",\"target\":\"nowhere\",\"type\":\"T\"}"),
            "/v1/agents",
            new Lines(
                    "{\"id\":\"%1$s-%2$d\",\"name\":\"%1$s %2$d\",\"modelFamily\":\"m\"}",
                    "{\"id\":\"other\",\"name\":\"agent 0\",\"modelFamily\":\"m\"}"),
            "/v1/agents/{id}/outcomes",
            new Lines(
                    "{\"id\":\"%1$s-%2$d\",\"success\":true,\"quality\":1,\"latencyMs\":1}",
                    "{\"id\":\"other\",\"success\":true,\"quality\":2,\"latencyMs\":1}"),
            "/v1/agents/{id}/capabilities",
            new Lines(
                    "{\"name\":\"%1$s %2$d\",\"confidence\":1}",
                    "{\"name\":\"half\",\"confidence\":1,\"demonstrations\":1,\"successes\":2}"),
            "/v1/agents/{id}/capabilities/evidence",
            new Lines(evidence("known", "%1$s-%2$d"), evidence("unknown", "c")),
            "/v1/agents/relationships",
            new Lines(
                    "{\"source\":\"hub\",\"target\":\"agent-%2$d\",\"type\":\"VALIDATES\",\"confidence\":1,\"context\":\"%1$s\"}",
                    "{\"source\":\"hub\",\"target\":\"nowhere\",\"type\":\"VALIDATES\",\"confidence\":1}"),
            "/v1/events",
            new Lines("{\"id\":\"%1$s-%2$d\",\"type\":\"t\"}", "{\"id\":\"known\",\"type\":\"other\"}"),
            "/v1/provenance",
            new Lines(
                    "{\"id\":\"%1$s-%2$d\",\"type\":\"spec\"}",
                    "{\"id\":\"known\",\"type\":\"spec\",\"description\":\"other\"}"));

    private static final Map<String, Lines> LINES = Stream.of(OF_KNOWLEDGE, OF_GRAPH_AND_RECORD)
            .flatMap(lines -> lines.entrySet().stream())
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

    private static String result(String id, String title) {
        return "{\"id\":\"" + id + "\",\"title\":\"" + title
                + "\",\"url\":\"https://example.org/\",\"provider\":\"p\"}";
    }

    private static String evidence(String capability, String chunk) {
        return "{\"capability\":\"" + capability + "\",\"chunkId\":\"" + chunk
                + "\",\"chunkType\":\"task\",\"mention\":\"m\",\"method\":\"llm\",\"confidence\":1}";
    }

    /** What writes; many searches are no writes, though they come as lines. */
    static Stream<Operation> bulk() {
        return Callers.bulk()
                .filter(operation -> operation.body("application/json").isPresent());
    }

    @BeforeAll
    static void whatTheLinesAreAbout() {
        write("/v1/entities", "{\"id\":\"hub\",\"type\":\"T\",\"name\":\"hub\"}");
        write("/v1/entities", many("{\"id\":\"k-%d\",\"type\":\"T\",\"name\":\"k\"}"));
        write("/v1/agents", "{\"id\":\"hub\",\"name\":\"hub\",\"modelFamily\":\"m\"}");
        write("/v1/agents", many("{\"id\":\"agent-%1$d\",\"name\":\"agent %1$d\",\"modelFamily\":\"m\"}"));
        write("/v1/agents/hub/capabilities", "{\"name\":\"known\",\"confidence\":1}");
        write("/v1/agents/hub/outcomes", "{\"id\":\"known\",\"success\":true,\"quality\":1,\"latencyMs\":1}");
        write("/v1/events", "{\"id\":\"known\",\"type\":\"t\"}");
        write("/v1/provenance", "{\"id\":\"known\",\"type\":\"spec\"}");
        write("/v1/knowledge/queries", "{\"id\":\"hub\",\"query\":\"q\"}");
        write("/v1/knowledge/queries/hub/results", result("known", "known"));
        write("/v1/verifications", "{\"id\":\"known\",\"content\":\"c\"}");
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    private static String many(String line) {
        return String.join(
                "\n", IntStream.range(0, KNOWN).mapToObj(line::formatted).toList());
    }

    private static void write(String path, String lines) {
        assertThat(failed(CALLERS.admin().ask(Request.lines(path, lines)))).isZero();
    }

    private static int failed(Reply reply) {
        return reply.lines().getLast().path("summary").path("failed").asInt(-1);
    }

    @Test
    void everyBulkRouteHasLinesHere() {
        assertThat(bulk().map(Operation::path)).containsExactlyInAnyOrderElementsOf(LINES.keySet());
    }

    @ParameterizedTest
    @MethodSource("bulk")
    void aLineThatIsRefusedInTheMiddleOfThreeCostsItselfAlone(Operation operation) {
        refusedAlone(operation, 3, 1);
    }

    @ParameterizedTest
    @MethodSource("bulk")
    void aLineThatIsRefusedAmongSeveralBatchesCostsItselfAlone(Operation operation) {
        refusedAlone(operation, KNOWN, 275);
    }

    private static void refusedAlone(Operation operation, int count, int refused) {
        Lines lines = lines(operation);
        String run = run();
        List<String> sent = IntStream.range(0, count)
                .mapToObj(i -> i == refused ? lines.refused() : lines.good(run, i))
                .toList();

        Reply reply = CALLERS.admin().ask(Request.lines(path(operation), String.join("\n", sent)));

        List<JsonNode> answers = answers(reply, count);
        for (int i = 0; i < count; i++) {
            JsonNode problem = answers.get(i).path("problem");
            if (i == refused) {
                assertThat(problem.path("status").asInt())
                        .as(problem.toString())
                        .isBetween(400, 499);
            } else {
                assertThat(problem.isMissingNode()).as(problem.toString()).isTrue();
            }
        }
        assertThat(failed(reply)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("bulk")
    void twoClientsWhoWriteTheSameInOppositeOrderAreBothAnsweredLineByLine(Operation operation) {
        Lines lines = lines(operation);
        for (int round = 0; round < 2; round++) {
            String run = run();
            List<String> forward =
                    IntStream.range(0, KNOWN).mapToObj(i -> lines.good(run, i)).toList();
            Tuple2<Reply, Reply> replies = Objects.requireNonNull(Mono.zip(
                            CALLERS.admin().send(Request.lines(path(operation), String.join("\n", forward))),
                            CALLERS.admin().send(Request.lines(path(operation), String.join("\n", forward.reversed()))))
                    .block());

            for (Reply reply : List.of(replies.getT1(), replies.getT2())) {
                assertThat(answers(reply, KNOWN))
                        .allSatisfy(answer -> assertThat(
                                        answer.path("problem").path("status").asInt(409))
                                .as(answer.toString())
                                .isEqualTo(409)); // an agent whose id the other client has taken
            }
        }
    }

    @Test
    void relationshipsToEntitiesThatAreBeingDeletedAreAnsweredOneByOne() {
        String run = run();
        write("/v1/entities", many("{\"id\":\"gone-%d\",\"type\":\"T\",\"name\":\"k\"}"));
        String relationships = many("{\"source\":\"hub\",\"target\":\"gone-%d\",\"type\":\"T_" + run + "\"}");
        Mono<Long> deleted = reactor.core.publisher.Flux.range(0, KNOWN / 2)
                .concatMap(i -> CALLERS.admin().send(Request.of("DELETE", "/v1/entities/gone-" + i)))
                .count();

        Reply reply = Objects.requireNonNull(
                        Mono.zip(CALLERS.admin().send(Request.lines("/v1/relationships", relationships)), deleted)
                                .block())
                .getT1();

        assertThat(answers(reply, KNOWN).subList(KNOWN / 2, KNOWN))
                .allSatisfy(
                        answer -> assertThat(answer.path("status").asString("")).isEqualTo("created"));
    }

    private static List<JsonNode> answers(Reply reply, int count) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        List<JsonNode> answers = reply.lines();
        assertThat(answers).as(reply.toString()).hasSize(count + 1);
        assertThat(answers.subList(0, count).stream()
                        .map(answer -> answer.path("line").asInt()))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, count).boxed().toList());
        return answers.subList(0, count);
    }

    private static Lines lines(Operation operation) {
        return Objects.requireNonNull(LINES.get(operation.path()), operation.toString());
    }

    private static String path(Operation operation) {
        return CALLERS.path(operation, Map.of("id", "hub"));
    }

    private static String run() {
        return "R" + RUNS.incrementAndGet();
    }
}
