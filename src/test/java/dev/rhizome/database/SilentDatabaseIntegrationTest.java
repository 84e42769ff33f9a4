package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.problem.TimedOut;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.SilentProxy;
import dev.rhizome.testing.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A server that stops answering on open connections costs a limited time, and no connection of the pool for good. */
class SilentDatabaseIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final TenantId TENANT = new TenantId(UUID.randomUUID());
    private static final Query<String> ONE = Query.of("select 'one' as n", row -> "one");

    private final Map<String, String> variables =
            new HashMap<>(TestDatabase.create().variables(1));
    private final SilentProxy proxy = new SilentProxy(
            variables.getOrDefault("DB_HOST", ""), Integer.parseInt(variables.getOrDefault("DB_PORT", "")));
    private final DatabaseSettings settings = settings();
    private final ConnectionPool pool = ConnectionPools.create(settings);
    private final TenantTransactions transactions =
            new TenantTransactions(pool, settings.limits().answerLimit());

    private DatabaseSettings settings() {
        variables.put("DB_HOST", "localhost");
        variables.put("DB_PORT", String.valueOf(proxy.port()));
        variables.put("DB_STATEMENT_TIMEOUT_MS", "500");
        variables.put("DB_ANSWER_GRACE_MS", "500");
        variables.put("DB_CONNECTION_TIMEOUT_MS", "3000");
        return DatabaseSettings.from(variables);
    }

    @AfterEach
    void close() throws IOException {
        pool.dispose();
        proxy.close();
    }

    @Test
    void aStatementThatIsNotAnsweredEndsSoonAndItsConnectionIsReplaced() {
        assertAnswered();
        proxy.silenceOpenConnections();

        Duration took = read().expectError(TimedOut.class).verify(LIMIT);

        assertThat(took).isLessThan(SOON);
        assertAnswered();
    }

    @ParameterizedTest
    @ValueSource(strings = {"commit", "rollback"})
    void anEndOfATransactionThatIsNotAnsweredEndsSoonAndItsConnectionIsReplaced(String end) {
        assertAnswered();
        Mono<Object> last =
                end.equals("commit") ? Mono.empty() : Mono.error(new IllegalStateException("the work's own"));

        Duration took = transactions
                .writing(connection -> connection
                        .list(ONE)
                        .then(Mono.fromRunnable(proxy::silenceOpenConnections))
                        .then(last))
                .contextWrite(TenantContext.of(TENANT))
                .as(Awaited::create)
                .expectError(end.equals("commit") ? TimedOut.class : IllegalStateException.class)
                .verify(LIMIT);

        assertThat(took).isLessThan(SOON);
        assertAnswered();
    }

    @Test
    void workThatIsCancelledWhileTheServerIsSilentGivesItsPlaceBack() {
        assertAnswered();
        proxy.silence();

        transactions
                .read(ONE)
                .contextWrite(TenantContext.of(TENANT))
                .take(Duration.ofMillis(100))
                .as(Awaited::create)
                .expectComplete()
                .verify(LIMIT);
        proxy.recover();

        assertAnswered();
    }

    @Test
    void whatBelongsToNoTenantIsLimitedToo() {
        UntenantedQueries untenanted =
                new UntenantedQueries(pool, settings.limits().answerLimit());
        assertAnswered();
        proxy.silenceOpenConnections();

        untenanted.rows(ONE).as(Awaited::create).expectError(TimedOut.class).verify(LIMIT);

        assertAnswered();
    }

    private StepVerifier.FirstStep<String> read() {
        return transactions.read(ONE).contextWrite(TenantContext.of(TENANT)).as(Awaited::create);
    }

    /** The pool has one connection, so that it is this one or its successor that answers; it may still be on its way. */
    private void assertAnswered() {
        Flux.defer(() -> transactions.read(ONE).contextWrite(TenantContext.of(TENANT)))
                .retry(3)
                .as(Awaited::create)
                .expectNext("one")
                .expectComplete()
                .verify(LIMIT);
    }
}
