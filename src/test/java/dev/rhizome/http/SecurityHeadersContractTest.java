package dev.rhizome.http;

import dev.rhizome.testing.RunningService;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Headers that every answer has, whoever gives it. */
class SecurityHeadersContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static final String KEY = SERVICE.newKey(SERVICE.newTenant("headers"), "reader");

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/entities/none",
        "GET, /v1/search?q=one&legs=text",
        "GET, /v1/nowhere",
        "DELETE, /v1/search",
        "GET, /v1/tenants",
        "GET, /health/database",
        "GET, /actuator/health/liveness",
        "GET, /openapi.yaml",
    })
    void everyAnswerTellsBrowsersToBeCareful(String method, String path) {
        SERVICE.client(KEY)
                .method(org.springframework.http.HttpMethod.valueOf(method))
                .uri(path)
                .exchange()
                .expectHeader()
                .valueEquals("X-Content-Type-Options", "nosniff")
                .expectHeader()
                .valueEquals("X-Frame-Options", "DENY")
                .expectHeader()
                .valueEquals("Referrer-Policy", "no-referrer")
                .expectHeader()
                .valueEquals("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .expectHeader()
                .exists("Cache-Control")
                .expectHeader()
                .doesNotExist("Strict-Transport-Security");
    }
}
