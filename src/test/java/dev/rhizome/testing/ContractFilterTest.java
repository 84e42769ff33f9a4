package dev.rhizome.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What the document does not describe fails the test that gets it. */
class ContractFilterTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String ENTITY = """
            {"id":"a","type":"T","name":"n","text":"","confidence":1,"metadata":{"any":["thing"]},\
            "createdAt":"2026-01-31T12:00:00Z","updatedAt":"2026-01-31T12:00:00Z"}""";
    private static final String RANKED =
            "\"rank\":1,\"id\":\"a\",\"type\":\"T\",\"name\":\"n\",\"score\":1,\"confidence\":1,\"legs\":{},\"metadata\":{}";

    /**
     * An answer.
     *
     * @param type its media type, null for none
     * @param reason why it fails, null where it passes
     */
    private record Given(
            String method,
            String path,
            int status,
            @Nullable String type,
            String body,
            @Nullable String reason) {

        private static Given of(String line) {
            String[] parts = line.split(" \\| ?", -1);
            return new Given(
                    parts[0],
                    parts[1],
                    Integer.parseInt(parts[2]),
                    parts[3].isEmpty() ? null : parts[3],
                    filled(parts[4]),
                    parts.length > 5 ? parts[5] : null);
        }

        private static String filled(String body) {
            return body.replace("ENTITY", ENTITY)
                    .replace("MORE", ENTITY.replaceFirst("\\{", "{\"extra\":1,"))
                    .replace("RANKED", RANKED)
                    .replace("LF", "\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET | /v1/entities/a | 200 | application/json | ENTITY",
                "HEAD | /v1/entities/a | 200 | application/json | ",
                "DELETE | /v1/entities/a | 204 |  | ",
                "GET | /v1/search | 200 | application/x-ndjson | {\"event\":\"hit\",RANKED}",
                "GET | /v1/search | 200 | text/event-stream | event:hitLFdata:{RANKED}LFLF",
                "GET | /v1/nowhere | 404 | application/problem+json | {\"type\":\"urn:rhizome:problem:not-found\","
                        + "\"title\":\"t\",\"status\":404,\"detail\":\"d\",\"requestId\":\"r\"}"
            })
    void whatIsDescribedPasses(String line) {
        Given given = Given.of(line);
        StepVerifier.create(read(given))
                .expectNext(given.body())
                .expectComplete()
                .verify(LIMIT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET | /v1/entities/a | 200 | application/json | {\"id\":\"a\"} | 'name'",
                "GET | /v1/entities/a | 200 | application/json | MORE | extra",
                "GET | /v1/entities/a | 200 | application/json | {torn | not JSON",
                "GET | /v1/entities/a | 206 | application/json | ENTITY | status 206",
                "GET | /v1/entities/a | 200 | text/plain | ENTITY | media type text/plain",
                "GET | /v1/new | 200 | application/json | {} | no such route",
                "DELETE | /v1/entities/a | 204 | application/json | {} | there is a body",
                "GET | /v1/search | 200 | application/x-ndjson | {\"event\":\"hit\",\"extra\":1,RANKED} | extra",
                "GET | /v1/search | 200 | application/x-ndjson | {\"event\":\"hut\",RANKED} | event",
                "GET | /v1/search | 200 | text/event-stream | event:doneLFdata:{RANKED}LFLF | tookMs",
                "GET | /v1/entities/a | 404 | application/problem+json | {\"status\":404} | requestId"
            })
    void whatIsNotDescribedFails(String line) {
        Given given = Given.of(line);
        StepVerifier.create(read(given).doOnNext(body -> assertThat(body).isNull()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining(Objects.requireNonNull(given.reason())))
                .verify(LIMIT);
    }

    private static Mono<String> read(Given given) {
        ClientRequest request = ClientRequest.create(
                        HttpMethod.valueOf(given.method()), URI.create("http://localhost" + given.path()))
                .build();
        ClientResponse.Builder response = ClientResponse.create(HttpStatusCode.valueOf(given.status()));
        if (given.type() != null) {
            response.header("Content-Type", given.type());
        }
        Mono<ClientResponse> answer = Mono.just(response.body(given.body()).build());
        return new ContractFilter()
                .filter(request, sent -> answer)
                .flatMap(found -> found.bodyToMono(String.class).defaultIfEmpty(""));
    }
}
