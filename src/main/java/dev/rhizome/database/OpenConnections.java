package dev.rhizome.database;

import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Connections that were made and may still be open, by the number of their server. Where a server has gone without a word, nobody
 * else would close them: each would be waited for as long as an answer may take.
 */
final class OpenConnections {

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final Map<PostgresqlConnection, Integer> servers = new WeakHashMap<>();

    /** Adds one to {@code server}. */
    synchronized void add(PostgresqlConnection connection, int server) {
        Integer unused = servers.put(connection, server);
    }

    /** Makes connections by {@code factory}, and adds each to {@code server}. */
    ConnectionFactory noting(PostgresqlConnectionFactory factory, int server) {
        return new ConnectionFactory() {
            @Override
            public Mono<PostgresqlConnection> create() {
                return factory.create().doOnNext(connection -> add(connection, server));
            }

            @Override
            public ConnectionFactoryMetadata getMetadata() {
                return factory.getMetadata();
            }
        };
    }

    /**
     * Closes those whose server fits {@code which}, idle or in use: work on them ends with an error, and the pool drops them. Empty
     * where all are closed or a second has passed; never an error.
     */
    Mono<Void> close(Predicate<Integer> which) {
        return Mono.defer(() ->
                Flux.fromIterable(taken(which)).flatMap(OpenConnections::closed).then());
    }

    private synchronized List<PostgresqlConnection> taken(Predicate<Integer> which) {
        List<PostgresqlConnection> taken = servers.entrySet().stream()
                .filter(entry -> which.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        taken.forEach(servers::remove);
        return taken;
    }

    private static Mono<Void> closed(PostgresqlConnection connection) {
        return connection.close().timeout(CLOSE_LIMIT).onErrorComplete();
    }
}
