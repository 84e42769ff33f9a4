package dev.rhizome.database;

import dev.rhizome.database.DatabaseSettings.Server;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The servers of the database by their numbers, and which of them is the primary: the one that is not in recovery, on the newest
 * timeline. Whoever makes a connection finds it out, and all pools that share this know it from then on. When the primary has moved,
 * their connections to the one of before are closed.
 *
 * <p>Each promotion begins a timeline. A primary that was given up and comes back as one is still on its old timeline, and is not used. Of
 * two that were promoted at once, which whoever leads must never do, one is used while it answers.
 */
public final class Servers {

    private static final Logger LOG = LoggerFactory.getLogger(Servers.class);
    private static final int UNKNOWN = -1;

    private final DatabaseSettings settings;
    private final OpenConnections open = new OpenConnections();
    private int likeliest;
    private int primary = UNKNOWN;
    private int before = UNKNOWN;
    private int newest;

    /** Those of {@code settings}, of which nothing is known yet. */
    public Servers(DatabaseSettings settings) {
        this.settings = settings;
    }

    DatabaseSettings settings() {
        return settings;
    }

    List<Server> all() {
        return settings.address().servers();
    }

    /** Their numbers, beginning with the one that is most likely the primary. */
    synchronized List<Integer> likeliestFirst() {
        int first = likeliest;
        int count = all().size();
        return IntStream.range(0, count)
                .map(each -> (first + each) % count)
                .boxed()
                .toList();
    }

    /** Notes that {@code server} did not answer: the next one is looked at first. */
    synchronized void noteSilence(int server) {
        if (likeliest == server) {
            likeliest = (server + 1) % all().size();
        }
        forget(server);
    }

    private void forget(int server) {
        if (primary == server) {
            primary = UNKNOWN;
        }
    }

    /**
     * Whether {@code server} is the primary, which says that it is on {@code timeline}, 0 for one in recovery. Where it is, connections
     * to all others that were noted as the primary's are closed first.
     */
    Mono<Boolean> isPrimary(int server, int timeline) {
        return Mono.defer(() -> {
            boolean is = note(server, timeline);
            return is ? open.close(other -> other != server).thenReturn(true) : Mono.just(false);
        });
    }

    private synchronized boolean note(int server, int timeline) {
        if (timeline == 0) {
            forget(server);
            return false;
        }
        boolean isAnother = primary != server && primary != UNKNOWN;
        if (timeline < newest || (timeline == newest && isAnother)) {
            return false;
        }
        newest = timeline;
        likeliest = server;
        primary = server;
        if (before != server && before != UNKNOWN) {
            LOG.atWarn()
                    .addKeyValue("event", "primary-moved")
                    .addKeyValue("from", all().get(before))
                    .addKeyValue("to", all().get(server))
                    .addKeyValue("timeline", timeline)
                    .log("another server is the primary now");
        }
        before = server;
        return true;
    }

    /** Notes a connection that is used as the primary's. */
    void noteConnection(PostgresqlConnection connection, int server) {
        open.add(connection, server);
    }
}
