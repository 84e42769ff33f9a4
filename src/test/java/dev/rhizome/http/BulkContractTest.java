package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.Api;
import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Every line of a bulk request is answered by its number, whatever becomes of its neighbours. */
@TestMethodOrder(org.junit.jupiter.api.MethodOrderer.OrderAnnotation.class)
class BulkContractTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE = RunningService.on(DATABASE, "--DB_POOL_MAX=4");

    private static Api writer;

    /** A rule of the database that the service does not know of, on every table: no row may contain the word poison. */
    @BeforeAll
    static void aRuleThatTheServiceDoesNotKnow() {
        DATABASE.asOwner("""
                create function rhizome.refuse_poison() returns trigger language plpgsql as $$
                begin
                  if to_jsonb(new)::text like '%poison-data%' then
                    raise exception 'poison-data' using errcode = '22023';
                  elsif to_jsonb(new)::text like '%poison%' then
                    raise exception 'poison' using errcode = '23514';
                  end if;
                  return new;
                end $$
                """, """
                do $$
                declare
                  one regclass;
                begin
                  for one in select oid from pg_class where relnamespace = 'rhizome'::regnamespace
                                and relkind in ('r', 'p') and not relispartition and relname not like 'flyway%'
                  loop
                    execute format('create trigger refuse_poison before insert on %s for each row
                                    execute function rhizome.refuse_poison()', one);
                  end loop;
                end $$
                """);
        writer = Api.of(SERVICE, SERVICE.newTenant("bulk"), "admin");
        writer.lines(
                "/v1/entities",
                numbered(9, "{\"id\":\"end%d\",\"type\":\"PLACE\",\"name\":\"end %d\"}")
                        + "{\"id\":\"hub\",\"type\":\"PLACE\",\"name\":\"hub\"}\n");
        writer.lines(
                "/v1/agents",
                numbered(9, "{\"id\":\"known%d\",\"name\":\"known %d\",\"modelFamily\":\"m\"}")
                        + "{\"id\":\"center\",\"name\":\"center\",\"modelFamily\":\"m\"}\n");
        writer.lines("/v1/agents/known1/capabilities", "{\"name\":\"reading\",\"confidence\":0.9}\n");
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    /** Every bulk route, with a line that is good for each number, in which the fifth has a word of its own. */
    static Stream<Arguments> routes() {
        return Stream.of(
                Arguments.of("/v1/entities", "{\"id\":\"%s%d\",\"type\":\"PLACE\",\"name\":\"place %d\"}"),
                Arguments.of(
                        "/v1/relationships",
                        "{\"source\":\"hub\",\"target\":\"end%2$d\",\"type\":\"NEAR\",\"metadata\":{\"a\":\"%1$s\"}}"),
                Arguments.of("/v1/events", "{\"id\":\"%s%d\",\"type\":\"routing_decision\",\"agentId\":\"known%d\"}"),
                Arguments.of("/v1/agents", "{\"id\":\"%s%d\",\"name\":\"%1$s %3$d\",\"modelFamily\":\"m\"}"),
                Arguments.of(
                        "/v1/agents/known1/outcomes",
                        "{\"id\":\"%s%d\",\"success\":true,\"quality\":0.5,\"latencyMs\":1%d}"),
                Arguments.of("/v1/agents/known1/capabilities", "{\"name\":\"%s %d\",\"confidence\":0.9}"),
                Arguments.of(
                        "/v1/agents/known1/capabilities/evidence",
                        "{\"capability\":\"reading\",\"chunkId\":\"chunk%2$d\",\"chunkType\":\"task\",\"mention\":\"%1$s\","
                                + "\"method\":\"manual\",\"confidence\":0.9}"),
                Arguments.of(
                        "/v1/agents/relationships",
                        "{\"source\":\"center\",\"target\":\"known%2$d\",\"type\":\"SIMILAR_TO\",\"confidence\":0.9,"
                                + "\"directed\":true,\"context\":\"%1$s\"}"),
                Arguments.of("/v1/provenance", "{\"type\":\"verdict\",\"id\":\"%s%d\",\"description\":\"entry %d\"}"));
    }

    @ParameterizedTest
    @MethodSource("routes")
    @Order(1)
    void oneRowThatTheDatabaseRefusesCostsOneLine(String route, String line) {
        JsonNode answers = writer.lines(route, lines(line, "poison"));

        for (int number = 1; number <= 9; number++) {
            JsonNode answer = answers.path(number - 1);
            assertThat(answer.path("line").asInt()).as(answers.toString()).isEqualTo(number);
            assertThat(answer.path("problem").path("status").asInt())
                    .as(answer.toString())
                    .isEqualTo(number == 5 ? 400 : 0);
        }
        assertThat(answers.path(9).path("summary").path("lines").asInt()).isEqualTo(9);
        assertThat(answers.path(9).path("summary").path("failed").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("routes")
    @Order(2)
    void oneRowThatIsOurFaultCostsOneLineToo(String route, String line) {
        JsonNode answers = writer.lines(route, lines(line, "poison-data"));

        assertThat(answers.path(4).path("problem").path("status").asInt())
                .as(answers.toString())
                .isEqualTo(500);
        assertThat(answers.path(9).path("summary").path("failed").asInt())
                .as(answers.toString())
                .isEqualTo(1);
    }

    @Test
    @Order(3)
    void oneRowAmongSixHundredCostsOneLine() {
        String lines = IntStream.rangeClosed(1, 600)
                .mapToObj(i -> "{\"id\":\"many%d\",\"type\":\"PLACE\",\"name\":\"%s\"}\n"
                        .formatted(i, i == 401 ? "poison" : "x"))
                .collect(Collectors.joining());

        JsonNode answers = writer.lines("/v1/entities", lines);

        assertThat(answers).hasSize(601);
        assertThat(answers.path(400).path("line").asInt()).isEqualTo(401);
        assertThat(answers.path(400).path("problem").path("status").asInt()).isEqualTo(400);
        assertThat(answers.path(600).path("summary").path("created").asInt()).isEqualTo(599);
    }

    @Test
    @Order(4)
    void edgesToEntitiesThatAreBeingDeletedAreAnsweredOneByOne() {
        JsonClient client = writer.client();
        for (int round = 1; round <= 3; round++) {
            writer.lines("/v1/entities", numbered(200, "{\"id\":\"k%d\",\"type\":\"PLACE\",\"name\":\"k %d\"}"));
            String edges = numbered(200, "{\"source\":\"hub\",\"target\":\"k%d\",\"type\":\"AT_%d\"}");
            Mono<Long> deletes = Flux.range(1, 60)
                    .flatMap(i -> client.delete("/v1/entities/k" + i), 4)
                    .count();

            Mono.zip(client.postLines("/v1/relationships", edges), deletes)
                    .as(Awaited::create)
                    .assertNext(both -> assertEachAnswered(both.getT1().body(), 200))
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    private static void assertEachAnswered(JsonNode answers, int lines) {
        assertThat(answers).hasSize(lines + 1);
        for (int number = 1; number <= lines; number++) {
            JsonNode answer = answers.path(number - 1);
            assertThat(answer.path("line").asInt()).as(answer.toString()).isEqualTo(number);
            int status = answer.path("problem").path("status").asInt();
            assertThat(status).as(answer.toString()).isIn(number <= 60 ? List.of(0, 400) : List.of(0));
        }
    }

    @Test
    @Order(5)
    void twoClientsThatWriteTheSameRowsInOppositeOrderBothSucceed() {
        List<String> mine = new ArrayList<>();
        List<String> theirs = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            mine.add("{\"id\":\"both%d\",\"type\":\"PLACE\",\"name\":\"mine\"}".formatted(i));
            theirs.addFirst("{\"id\":\"both%d\",\"type\":\"PLACE\",\"name\":\"theirs\"}".formatted(i));
        }
        JsonClient client = writer.client();

        Flux.just(String.join("\n", mine), String.join("\n", theirs))
                .repeat(2)
                .flatMap(lines -> client.postLines("/v1/entities", lines), 4)
                .map(answer ->
                        answer.body().path(500).path("summary").path("failed").asInt())
                .as(Awaited::create)
                .expectNext(0, 0, 0, 0, 0, 0)
                .expectComplete()
                .verify(LIMIT);
    }

    /** Last, because the database is not reached any more after it. */
    @Test
    @Order(6)
    void withoutADatabaseEachLineIsAnsweredAndTheStreamEndsWithItsSummary() {
        String name = DATABASE.variables(1).get("DB_NAME");
        // A key and its tenant are known for ten seconds without the database: these are known from now on.
        Api known = Api.of(SERVICE, SERVICE.newTenant("lost"), "admin");
        assertThat(known.lines("/v1/entities", "{\"id\":\"a\",\"type\":\"PLACE\",\"name\":\"a\"}\n"))
                .hasSize(2);
        DATABASE.asAdministrator("alter database " + name + " connection limit 0");
        DATABASE.asAdministrator("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name
                + "' and usename = 'rhizome_app'");

        JsonNode answers =
                known.lines("/v1/entities", numbered(1000, "{\"id\":\"lost%d\",\"type\":\"PLACE\",\"name\":\"l %d\"}"));

        assertThat(answers).hasSize(1001);
        assertThat(answers.path(999).path("line").asInt()).isEqualTo(1000);
        assertThat(answers.path(999).path("problem").path("status").asInt()).isEqualTo(503);
        assertThat(answers.path(1000).path("summary").path("failed").asInt()).isEqualTo(1000);
    }

    private static String lines(String line, String word) {
        return IntStream.rangeClosed(1, 9)
                .mapToObj(i -> line.formatted(i == 5 ? word : "good" + word.length() + "x", i, i) + "\n")
                .collect(Collectors.joining());
    }

    private static String numbered(int count, String line) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> line.formatted(i, i) + "\n")
                .collect(Collectors.joining());
    }
}
