package dev.rhizome.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.bulk.BatchWriter.Result;
import dev.rhizome.bulk.BulkItem;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.Overloaded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.result.view.ViewResolver;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How much of a bulk is written at once, and what its answer says. */
class BulkIngestTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final ServerResponse.Context WRITERS = new ServerResponse.Context() {
        @Override
        public List<HttpMessageWriter<?>> messageWriters() {
            return HandlerStrategies.withDefaults().messageWriters();
        }

        @Override
        public List<ViewResolver> viewResolvers() {
            return List.of();
        }
    };

    private record Item(String key) implements BulkItem {

        static Item of(byte[] line) {
            String text = new String(line, UTF_8);
            if (text.startsWith("bad")) {
                throw InvalidRequest.of("id", text, "a good one");
            }
            return new Item(text);
        }
    }

    private final Closing closing = new Closing();
    private final List<List<String>> written = new ArrayList<>();

    private Mono<List<Result>> write(List<Item> batch) {
        List<String> keys = batch.stream().map(Item::key).toList();
        if (keys.contains("full")) {
            return Mono.error(() -> new Overloaded("full", Duration.ofMinutes(1)));
        }
        if (keys.contains("taken")) {
            return Mono.error(() -> new Conflict("taken"));
        }
        written.add(keys);
        return Mono.just(batch.stream().map(item -> Result.of(Outcome.CREATED)).toList());
    }

    /** The lines of the answer to {@code body}, with at most {@code lines} of them, or as many bytes, in a batch. */
    private List<JsonNode> answer(String body, int lines, DataSize bytes) {
        HttpProperties properties = new HttpProperties(
                DataSize.ofBytes(10),
                DataSize.ofMegabytes(1),
                Duration.ofSeconds(60),
                DataSize.ofMegabytes(4),
                Duration.ofSeconds(15),
                lines,
                bytes,
                Duration.ofMillis(5));
        MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.post("/v1/entities")
                .contentType(MediaType.APPLICATION_NDJSON)
                .body(body));
        ServerRequest request =
                ServerRequest.create(exchange, HandlerStrategies.withDefaults().messageReaders());
        Boolean done = new BulkIngest(JsonMapper.shared(), properties, closing)
                .ingest(request, Item::of, this::write)
                .flatMap(response -> response.writeTo(exchange, WRITERS))
                .thenReturn(true)
                .block(LIMIT);
        assertThat(done).isTrue();
        String text =
                exchange.getResponse().getBodyAsString().blockOptional(LIMIT).orElseThrow();
        return text.lines()
                .filter(line -> !line.isBlank())
                .map(JsonMapper.shared()::readTree)
                .toList();
    }

    private static JsonNode summary(List<JsonNode> answer) {
        return answer.getLast().path("summary");
    }

    @Test
    void aBatchHasNoMoreLinesThanItMay() {
        List<JsonNode> answer = answer("a\nb\nc\nd\ne\n", 2, DataSize.ofMegabytes(2));

        assertThat(written).containsExactly(List.of("a", "b"), List.of("c", "d"), List.of("e"));
        assertThat(answer).hasSize(6);
        assertThat(summary(answer).toString())
                .isEqualTo("{\"lines\":5,\"created\":5,\"updated\":0,\"unchanged\":0,\"failed\":0}");
    }

    @Test
    void aBatchHasNoMoreBytesThanItMay() {
        assertThat(answer("aaaa\nbbbb\ncccc\n", 100, DataSize.ofBytes(8))).hasSize(4);

        assertThat(written).containsExactly(List.of("aaaa", "bbbb"), List.of("cccc"));
    }

    @Test
    void aLineThatIsLargerThanABatchIsWrittenAlone() {
        assertThat(answer("aaaa\nb\n", 100, DataSize.ofBytes(2))).hasSize(3);

        assertThat(written).containsExactly(List.of("aaaa"), List.of("b"));
    }

    @Test
    void eachLineIsAnsweredByItsNumber() {
        List<JsonNode> answer = answer("a\n\nbad\nmuch-too-long\nb", 100, DataSize.ofMegabytes(2));

        assertThat(answer).extracting(line -> line.path("line").asInt()).containsExactly(1, 3, 4, 5, 0);
        assertThat(answer.getFirst().toString()).isEqualTo("{\"line\":1,\"id\":\"a\",\"status\":\"created\"}");
        assertThat(answer.get(1).at("/problem/status").asInt()).isEqualTo(400);
        assertThat(answer.get(2).at("/problem/detail").asString()).contains("line: too long");
        assertThat(summary(answer).path("failed").asInt()).isEqualTo(2);
        assertThat(summary(answer).path("created").asInt()).isEqualTo(2);
    }

    @Test
    void whatIsAnItemsFaultCostsThatItem() {
        List<JsonNode> answer = answer("a\ntaken\nb\n", 100, DataSize.ofMegabytes(2));

        assertThat(answer.get(1).at("/problem/status").asInt()).isEqualTo(409);
        assertThat(summary(answer).path("created").asInt()).isEqualTo(2);
    }

    @Test
    void whatIsNoItemsFaultCostsTheBatchAndIsNotTriedInParts() {
        List<JsonNode> answer = answer("a\nfull\nb\n", 100, DataSize.ofMegabytes(2));

        assertThat(answer.subList(0, 3))
                .allSatisfy(
                        line -> assertThat(line.at("/problem/status").asInt()).isEqualTo(503));
        assertThat(written).isEmpty();
    }

    @Test
    void aServiceThatStopsSaysWhereToGoOn() {
        closing.endStreams();

        List<JsonNode> answer = answer("a\nb\n", 100, DataSize.ofMegabytes(2));

        assertThat(answer).hasSize(2);
        assertThat(answer.getFirst().path("line").asInt()).isEqualTo(1);
        assertThat(answer.getFirst().at("/problem/type").asString()).isEqualTo("urn:rhizome:problem:stopping");
        assertThat(summary(answer).path("lines").asInt()).isZero();
        assertThat(written).isEmpty();
    }
}
