package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.TestDatabase;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Connections that are made from one event loop do not all live on it. */
class ConnectionLoopsIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int CONNECTIONS = 2 * Runtime.getRuntime().availableProcessors();

    @Test
    void connectionsMadeFromOneLoopAreSpreadOverAllLoops() {
        DatabaseSettings settings = DatabaseSettings.from(TestDatabase.create().variables(1));
        PostgresqlConnectionFactory factory = ConnectionPools.connectionFactory(
                settings, settings.address().servers().getFirst());
        Set<String> loops = ConcurrentHashMap.newKeySet();

        // Each is made from the loop of the one before, as a pool does when a request of that loop needs another.
        Mono<Void> chain = Mono.empty();
        for (int i = 0; i < CONNECTIONS; i++) {
            chain = Mono.usingWhen(
                            factory.create(), connection -> loopOf(connection, loops), PostgresqlConnection::close)
                    .then(chain);
        }
        chain.as(Awaited::create).expectComplete().verify(LIMIT);

        assertThat(loops).hasSizeGreaterThanOrEqualTo(Runtime.getRuntime().availableProcessors());
    }

    private static Mono<Void> loopOf(PostgresqlConnection connection, Set<String> loops) {
        return Flux.from(connection.createStatement("select 1").execute())
                .concatMap(result -> result.getRowsUpdated())
                .doOnComplete(() -> loops.add(Thread.currentThread().getName()))
                .then();
    }
}
