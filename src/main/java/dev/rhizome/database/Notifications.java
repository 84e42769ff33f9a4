package dev.rhizome.database;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * What transactions tell all processes by {@code pg_notify}, heard on a connection of its own. Once a second this process says
 * something to itself the same way: where it does not come back, nothing else would have come either.
 */
public final class Notifications {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final Duration BETWEEN_BEATS = Duration.ofSeconds(1);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(250);
    private static final String BEAT = "beat ";

    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);

    private final PrimaryConnections factory;

    /** Who hears. */
    public interface Listener {

        /** From now on everything that is told is heard; what was told before may have been missed. */
        void isListening();

        /** From now on, or a second ago already, nothing is heard. */
        void isDeaf();

        /** Something was told. */
        void hear(String message);
    }

    /** Makes its connections, to the primary of {@code servers}, when it is listened to. */
    public Notifications(Servers servers) {
        this.factory = ConnectionPools.forListening(servers, LIMIT);
    }

    /**
     * Listens to {@code channel} until cancelled; a connection that is lost is made anew. It never ends by itself.
     *
     * @param channel a word in lower case
     */
    public Mono<Void> listen(String channel, Listener listener) {
        return Flux.usingWhen(
                        factory.create().timeout(LIMIT),
                        connection -> session(connection, channel, listener),
                        Notifications::close)
                .doOnError(lost -> listener.isDeaf())
                .doOnError(lost -> LOG.atDebug()
                        .addKeyValue("event", "not-listening")
                        .addKeyValue("reason", lost.toString())
                        .log("not listening"))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, BETWEEN_ATTEMPTS))
                .then();
    }

    private static Flux<Void> session(PostgresqlConnection connection, String channel, Listener listener) {
        String beat = BEAT + UUID.randomUUID();
        Flux<String> heard = connection
                .getNotifications()
                .mapNotNull(notification -> notification.getParameter())
                .doOnNext(message -> tell(message, listener))
                .filter(beat::equals)
                .timeout(BETWEEN_BEATS.plus(LIMIT));
        Flux<Void> beats = Flux.interval(BETWEEN_BEATS)
                .onBackpressureDrop()
                .concatMap(
                        tick -> Connections.send(connection, "notify %s, '%s'".formatted(channel, beat))
                                .timeout(LIMIT),
                        1);
        return Flux.merge(
                heard.thenMany(Flux.error(() -> new IllegalStateException("the connection was closed"))),
                Connections.send(connection, "listen " + channel)
                        .timeout(LIMIT)
                        .doOnSuccess(done -> listener.isListening())
                        .thenMany(beats));
    }

    private static void tell(String message, Listener listener) {
        if (!message.startsWith(BEAT)) {
            listener.hear(message);
        }
    }

    private static Mono<Void> close(PostgresqlConnection connection) {
        return connection.close().timeout(LIMIT).onErrorComplete();
    }
}
