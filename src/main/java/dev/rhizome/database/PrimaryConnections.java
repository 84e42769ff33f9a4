package dev.rhizome.database;

import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Makes connections to the primary. One server is taken for it without a question; several are asked one after the other, the one that
 * was the primary last first.
 *
 * <p>The driver can do that too ({@code failover:}), but forgets which it was: it always begins with the first in the list, and where that
 * one's machine is gone, each connection waits for it as long as the making of a connection may take, and is given up then.
 */
final class PrimaryConnections implements ConnectionFactory {

    /** Longest wait for one of several servers. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final Servers servers;
    private final List<PostgresqlConnectionFactory> factories;

    /** Asks by {@code factories}, one for each of {@code servers}. */
    PrimaryConnections(Servers servers, List<PostgresqlConnectionFactory> factories) {
        this.servers = servers;
        this.factories = List.copyOf(factories);
    }

    /** A connection to the primary; an error of {@link R2dbcException} where there is none now. */
    @Override
    public Mono<PostgresqlConnection> create() {
        return factories.size() == 1
                ? factories.getFirst().create()
                : Mono.defer(() -> firstOf(servers.likeliestFirst().iterator(), none()));
    }

    private R2dbcException none() {
        return new R2dbcTransientResourceException(
                "none of " + servers.settings().address().authority() + " is the primary");
    }

    /** {@code why} where none is left. */
    private Mono<PostgresqlConnection> firstOf(Iterator<Integer> left, Throwable why) {
        if (!left.hasNext()) {
            return Mono.error(why);
        }
        int server = left.next();
        return ifPrimary(server)
                .onErrorResume(failed -> firstOf(left, failed))
                .switchIfEmpty(Mono.defer(() -> firstOf(left, why)));
    }

    /** A connection to {@code server} where it is the primary; empty where it is not. */
    private Mono<PostgresqlConnection> ifPrimary(int server) {
        return factories
                .get(server)
                .create()
                .flatMap(connection -> kept(connection, server))
                .timeout(
                        LIMIT,
                        Mono.error(() -> new R2dbcTimeoutException(servers.all().get(server) + " does not answer")))
                .doOnError(failed -> servers.noteSilence(server))
                .doOnCancel(() -> servers.noteSilence(server)); // whoever waits for less than the limit
    }

    private Mono<PostgresqlConnection> kept(PostgresqlConnection connection, int server) {
        return ServerState.of(connection)
                .flatMap(state -> servers.isPrimary(server, state.timeline()))
                .flatMap(is -> is ? Mono.just(connection) : connection.close().then(Mono.<PostgresqlConnection>empty()))
                .doOnNext(primary -> servers.noteConnection(primary, server))
                .onErrorResume(failed -> connection.close().onErrorComplete().then(Mono.error(failed)));
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return factories.getFirst().getMetadata();
    }
}
