package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.RawConnection;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.web.reactive.server.StatusAssertions;
import org.springframework.test.web.reactive.server.WebTestClient;

/** What a request does when the time is over that its client waits: it ends, at the server too. */
class DeadlineContractTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE = RunningService.on(DATABASE); // on a pool of one
    private static final String KEY = SERVICE.newKey(SERVICE.newTenant("deadline"), "writer");
    private static final Duration LIMIT = Duration.ofSeconds(8); // below the lock timeout, which would end it as well
    private static final String SEARCH = "/v1/search?q=one&legs=text";
    private static final String ENTITY = "{\"id\":\"one\",\"type\":\"T\",\"name\":\"one\"}";

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "soon", "1e3", "0.0001", "3601", "99999", "1,5", "1s", "NaN"})
    void whatIsNoTimeIsRefusedByName(String value) {
        asked(value).isBadRequest().expectBody().jsonPath("$.errors[0].field").isEqualTo("Request-Timeout");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3600", "30", "5.25"})
    void whatIsDoneInTimeIsAnswered(String value) {
        asked(value).isOk();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-ndjson", "text/event-stream"})
    void whatIsNotDoneInTimeIs504AndItsStatementEnds(String accept) throws SQLException {
        asked("30").isOk(); // the key is known from here on
        try (TestDatabase.Held lock = DATABASE.hold("lock table rhizome.search_terms in access exclusive mode")) {
            long began = System.nanoTime();
            SERVICE.client(KEY)
                    .get()
                    .uri(SEARCH)
                    .header("Request-Timeout", "0.3")
                    .header("Accept", accept)
                    .exchange()
                    .expectStatus()
                    .isEqualTo(504)
                    .expectBody()
                    .jsonPath("$.detail")
                    .isEqualTo("the Request-Timeout has passed");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LIMIT);
            awaitNobodyWaits(began);
            assertThat(lock.isHeld()).isTrue();
        }
        asked("30").isOk();
    }

    @Test
    void linesThatWereTakenInTimeAreAnsweredAndTheLastSaysWhy() {
        try (RawConnection connection = RawConnection.to(SERVICE.port())) {
            connection.send("POST /v1/entities HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + KEY
                    + "\r\nContent-Type: application/x-ndjson\r\nRequest-Timeout: 1\r\nContent-Length: 5000\r\n"
                    + "Connection: close\r\n\r\n" + ENTITY + "\n");

            assertThat(connection.readToEnd(LIMIT))
                    .startsWith("HTTP/1.1 200")
                    .contains("\"id\":\"one\"", "\"line\":2", "the Request-Timeout has passed", "\"summary\"");
        }
    }

    private static StatusAssertions asked(String timeout) {
        WebTestClient client = SERVICE.client(KEY);
        return client.get()
                .uri(SEARCH)
                .header("Request-Timeout", timeout)
                .exchange()
                .expectStatus();
    }

    private static void awaitNobodyWaits(long began) throws SQLException {
        while (!DATABASE.asApplication(null, """
                select 1 from pg_stat_activity
                 where datname = current_database() and usename = current_user and wait_event_type = 'Lock'
                """).isEmpty()) {
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LIMIT);
        }
    }
}
