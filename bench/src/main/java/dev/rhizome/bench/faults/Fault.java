package dev.rhizome.bench.faults;

import dev.rhizome.bench.faults.FaultProxy.Harm;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What goes wrong, from its beginning to its end. */
public enum Fault {
    /** Connections between the service and the database are reset. */
    CUT(Harm.CUT),
    /** A message between them breaks off in the middle. */
    TRUNCATE(Harm.TRUNCATE),
    /** Connections to the database end one way. */
    HALF_CLOSE_TO_SERVER(Harm.HALF_CLOSE_TO_SERVER),
    /** Connections from the database end one way. */
    HALF_CLOSE_TO_CLIENT(Harm.HALF_CLOSE_TO_CLIENT),
    /** Everything between them comes late. */
    DELAY(Harm.DELAY),
    /** Nothing between them passes for a while. */
    STALL(Harm.STALL),
    /** The database is out of reach for a while. */
    REFUSE(Harm.REFUSE),
    /** The database ends the service's connections. */
    TERMINATE_CONNECTIONS {
        @Override
        void happen(Site site, RandomGenerator random) {
            site.postgres().terminateConnections();
        }
    },
    /** One process of the database is killed; it restarts all of them. */
    KILL_BACKEND {
        @Override
        void happen(Site site, RandomGenerator random) {
            site.postgres().killBackend();
            site.postgres().awaitAnswer();
        }
    },
    /** The database is killed, and started again. */
    KILL_POSTGRES {
        @Override
        void happen(Site site, RandomGenerator random) {
            site.postgres().kill();
            site.postgres().start();
        }
    },
    /** The database is restarted in order. */
    RESTART_POSTGRES {
        @Override
        void happen(Site site, RandomGenerator random) {
            site.postgres().restart();
        }
    },
    /** The disk of the database has no room for a while. */
    FULL_DISK {
        @Override
        void happen(Site site, RandomGenerator random) {
            site.postgres().fillDisk();
            lasting(random);
            site.postgres().emptyDisk();
        }
    },
    /** Others have all connections that the database grants, for a while. */
    NO_CONNECTIONS {
        @Override
        void happen(Site site, RandomGenerator random) {
            List<Connection> taken = site.postgres().takeAllConnections();
            site.proxy().harm(Harm.CUT, random);
            taken.addAll(site.postgres().takeAllConnections());
            lasting(random);
            taken.forEach(Fault::close);
        }
    },
    /** The service is killed, and started again. */
    KILL_SERVICE {
        @Override
        void happen(Site site, RandomGenerator random) {
            site.killService();
        }
    };

    private static final int SHORTEST_MS = 300;
    private static final int LONGEST_MS = 1_500;

    private final @Nullable Harm harm;

    Fault() {
        this.harm = null;
    }

    Fault(Harm harm) {
        this.harm = harm;
    }

    /** What it is called in tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Does it to {@code site}, and returns when it is over. How long it lasts and whom it meets is drawn by {@code random}. */
    void happen(Site site, RandomGenerator random) {
        if (harm != null) {
            site.proxy().harm(harm, random);
            lasting(random);
            site.proxy().heal();
        }
    }

    private static void lasting(RandomGenerator random) {
        LockSupport.parkNanos(
                Duration.ofMillis(random.nextInt(SHORTEST_MS, LONGEST_MS)).toNanos());
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
