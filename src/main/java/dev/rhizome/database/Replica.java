package dev.rhizome.database;

import dev.rhizome.fairness.FairTurns;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * One server, watched on a connection of its own, and connections to read from it while it is a standby that is fresh enough. Any server
 * may become one, so each has this, the primary too; connections are made when they are needed.
 */
final class Replica implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(250);
    private static final Seen NOTHING = new Seen(false, 0, 0);
    private static final double NANOS = 1e9;

    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

    private final Servers servers;
    private final int number;
    private final PrimaryLog log;
    private final Duration maxLag;
    private final PostgresqlConnectionFactory watched;
    private final OpenConnections open = new OpenConnections();
    private final ConnectionPool pool;
    private final Connections connections;
    private volatile Seen seen = NOTHING;

    /**
     * What was seen last.
     *
     * @param isStandby whether it answers and is in recovery
     * @param replayed position in the log, in bytes
     * @param shows moment of which it shows everything
     */
    private record Seen(boolean isStandby, long replayed, long shows) {}

    /** The server of that number; connects to nothing yet. */
    Replica(Servers servers, int number, PrimaryLog log, Duration maxLag, FairTurns turns) {
        DatabaseSettings settings = servers.settings();
        this.servers = servers;
        this.number = number;
        this.log = log;
        this.maxLag = maxLag;
        this.watched = ConnectionPools.forWatching(settings, server(), LIMIT);
        this.pool = ConnectionPools.forReading(
                settings, open.noting(ConnectionPools.connectionFactory(settings, server()), number));
        this.connections = new Connections(pool, turns, settings.limits().answerLimit());
    }

    /** Where it is. */
    DatabaseSettings.Server server() {
        return servers.all().get(number);
    }

    /** For transactions that read. */
    Connections connections() {
        return connections;
    }

    /** Whether it shows everything up to {@code position} of the log, and everything that is older than the lag that is allowed. */
    boolean satisfies(long position) {
        Seen now = seen;
        return now.isStandby() && now.replayed() >= position && System.nanoTime() - now.shows() <= maxLag.toNanos();
    }

    /** How old what it shows may be, in seconds; not a number where it is no standby now. */
    double lagSeconds() {
        Seen now = seen;
        return now.isStandby() ? (System.nanoTime() - now.shows()) / NANOS : Double.NaN;
    }

    /** Looks every {@code beat} until cancelled; a connection that is lost is made anew. It never ends by itself. */
    Mono<Void> watch(Duration beat) {
        return Flux.usingWhen(
                        watched.create().timeout(LIMIT),
                        connection -> Flux.interval(Duration.ZERO, beat)
                                .onBackpressureDrop()
                                .concatMap(tick -> look(connection), 1),
                        Replica::close)
                .onErrorResume(lost -> giveUp().then(Mono.error(lost)))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, BETWEEN_ATTEMPTS))
                .then();
    }

    private Mono<Void> look(PostgresqlConnection connection) {
        return Mono.defer(() -> {
            long asked = System.nanoTime();
            return ServerState.of(connection).timeout(LIMIT).flatMap(state -> note(asked, state));
        });
    }

    private Mono<Void> note(long asked, ServerState state) {
        if (state.timeline() == 0) {
            long tooOld = asked - maxLag.toNanos() - 1;
            see(new Seen(true, state.position(), log.shownBy(state.position(), tooOld)));
            return Mono.empty();
        }
        see(NOTHING);
        log.note(state.timeline(), asked, state.position());
        return servers.isPrimary(number, state.timeline()).then();
    }

    /** Nothing is read there any more; what is being read ends with an error, and is read at the primary. */
    private Mono<Void> giveUp() {
        see(NOTHING);
        return open.close(any -> true);
    }

    private void see(Seen now) {
        boolean was = seen.isStandby();
        seen = now;
        if (was != now.isStandby()) {
            LOG.atInfo()
                    .addKeyValue("event", now.isStandby() ? "standby-found" : "standby-lost")
                    .addKeyValue("server", server())
                    .log(now.isStandby() ? "reads may go to this server" : "reads do not go to this server any more");
        }
    }

    private static Mono<Void> close(PostgresqlConnection connection) {
        return connection.close().timeout(LIMIT).onErrorComplete();
    }

    @Override
    public void close() {
        pool.dispose();
    }
}
