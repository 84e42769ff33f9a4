package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.RunningService;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Parameters of a search that are none: each is refused by its name, with what was expected, in the URL and in a body. */
class SearchInputContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static WebTestClient client = SERVICE.client(null);

    @BeforeAll
    static void anEmptyTenant() {
        client = SERVICE.client(SERVICE.newKey(SERVICE.newTenant("search-input"), "writer"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "diversity           | 2       | a number from 0 to 1",
                "diversity           | -0.1    | a number from 0 to 1",
                "diversity           | NaN     | a number from 0 to 1",
                "diversity           | 0x1p-1  | a number from 0 to 1",
                "diversity           | 0.5f    | a number from 0 to 1",
                "diversity           | much    | a number from 0 to 1",
                "diversity           | ''      | a number from 0 to 1",
                "recencyWeight       | 1.01    | a number from 0 to 1",
                "recencyWeight       | 1e400   | a number from 0 to 1",
                "confidenceWeight    | -1      | a number from 0 to 1",
                "confidenceWeight    | Infinity| a number from 0 to 1",
                "recencyHalfLifeDays | 0       | a whole number from 1 to 36500",
                "recencyHalfLifeDays | 36501   | a whole number from 1 to 36500",
                "recencyHalfLifeDays | 1.5     | a whole number from 1 to 36500",
                "recencyHalfLifeDays | -1      | a whole number from 1 to 36500",
                "recencyHalfLifeDays | 99999999999 | a whole number from 1 to 36500",
                "stages              | maybe   | true or false",
                "stages              | 1       | true or false",
                "explain             | TRUE    | true or false",
                "filter              | [1]     | a JSON object",
                "filter              | nothing | a JSON object",
                "stage               | true    | one of [confidenceWeight, direction, diversity,"
            })
    void inTheUrl(String name, String value, String expected) {
        refused(client.get().uri("/v1/search?q=x&{name}={value}", name, value), name, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "diversity           | 2           | a number from 0 to 1",
                "diversity           | -0.1        | a number from 0 to 1",
                "diversity           | \"0.5\"     | a number from 0 to 1",
                "diversity           | 1e400       | a number from 0 to 1",
                "diversity           | [0.5]       | a number from 0 to 1",
                "recencyWeight       | true        | a number from 0 to 1",
                "confidenceWeight    | 1.5         | a number from 0 to 1",
                "confidenceWeight    | {}          | a number from 0 to 1",
                "recencyHalfLifeDays | 0           | a whole number from 1 to 36500",
                "recencyHalfLifeDays | 36501       | a whole number from 1 to 36500",
                "recencyHalfLifeDays | 1.5         | a whole number from 1 to 36500",
                "recencyHalfLifeDays | \"ten\"     | a whole number from 1 to 36500",
                "recencyHalfLifeDays | 1e9         | a whole number from 1 to 36500",
                "stages              | \"maybe\"   | true or false",
                "stages              | 1           | true or false",
                "explain             | \"true\"    | true or false",
                "stage               | true        | one of [confidenceWeight, direction, diversity,",
                "filter              | [1]         | a JSON object",
                "filter              | {\"n\":1e131000} | numbers from -1.7E308 to 1.7E308"
            })
    void inTheBody(String name, String value, String expected) {
        String body = "{\"query\":\"x\",\"%s\":%s}".formatted(name, value);

        refused(post(body), name, expected);
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        client.get()
                .uri("/v1/search?q=x&diversity=2&stages=maybe&recencyHalfLifeDays=0")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.errors[*].field")
                .value(fields ->
                        assertThat(String.valueOf(fields)).contains("diversity", "stages", "recencyHalfLifeDays"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "diversity=0&recencyWeight=0&confidenceWeight=0",
                "diversity=1&recencyWeight=1&confidenceWeight=1.0",
                "diversity=5e-1&recencyHalfLifeDays=1",
                "recencyHalfLifeDays=36500&stages=true&explain=true",
                "filter=%7B%22n%22%3A1e300%7D"
            })
    void whatIsOnTheEdgeIsTaken(String query) {
        client.get()
                .uri(java.net.URI.create("http://localhost:" + SERVICE.port() + "/v1/search?q=x&" + query))
                .exchange()
                .expectStatus()
                .isOk();
    }

    private static WebTestClient.RequestHeadersSpec<?> post(String body) {
        return client.post()
                .uri("/v1/search")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body);
    }

    private static void refused(WebTestClient.RequestHeadersSpec<?> request, String name, String expected) {
        request.exchange()
                .expectStatus()
                .isBadRequest()
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.errors[0].field")
                .isEqualTo(name)
                .jsonPath("$.detail")
                .value(detail -> assertThat(String.valueOf(detail))
                        .startsWith(name + ": ")
                        .contains("(expected: " + expected));
    }
}
