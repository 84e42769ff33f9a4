package dev.rhizome.database;

import dev.rhizome.database.DatabaseSettings.Server;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.client.SSLMode;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import reactor.netty.resources.LoopResources;

/** Makes the pool, with every bound set that the pool and the driver leave open. */
public final class ConnectionPools {

    private static final Duration MAX_LIFE_TIME = Duration.ofMinutes(30);
    private static final Duration MAX_VALIDATION_TIME = Duration.ofSeconds(2);
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);
    private static final int PENDING_PER_CONNECTION = 100;
    /** Our statements are some dozens of constants; the bound only guards against a mistake. */
    private static final int PREPARED_STATEMENTS = 256;

    /** Of the server's, bytes: a page is 4 MB, and one that is broken must not take all of the memory. */
    private static final int LARGEST_MESSAGE = 64 * 1024 * 1024;

    private static final Duration MAX_IDLE_OF_PROBES = Duration.ofMinutes(1);
    private static final Duration MAX_IDLE_OF_LONG_WORK = Duration.ofSeconds(30);
    /**
     * A connection plans each statement once, without its values, and the statements of functions too. So a plan cannot
     * depend on how much the statistics know of a tenant: of one that has just come they know nothing, and a plan for its
     * values may read all its rows by any index. Nor does such a plan know how few rows of a table are a tenant's, so reading
     * all of a table is off.
     */
    private static final Map<String, String> PLANS_ONCE =
            Map.of("plan_cache_mode", "force_generic_plan", "enable_seqscan", "off");

    /** Long work reads tables as a whole. Each second the server looks whether its client is still there. */
    private static final Map<String, String> LONG_WORK =
            Map.of("plan_cache_mode", "force_custom_plan", "client_connection_check_interval", "1000");

    /** Of a reader; the server of HTTP closes slower ones before that. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);

    /**
     * Loops that all connections of this process share, and without colocation: with it, a connection that is made on one of these loops stays there, and
     * in the end all of them are on one. Reactor Netty asks a group for its next loop two times (epoll) or three times (NIO)
     * for each connection and uses the last, so of a number of loops that two or three divides some would never be used.
     */
    private static final LoopResources LOOPS = loops();

    private ConnectionPools() {}

    /** A pool for {@code settings}, not yet connected. Disposing of it closes its connections. */
    public static ConnectionPool create(DatabaseSettings settings) {
        return create(new Servers(settings));
    }

    /** A pool for the primary of {@code servers}, not yet connected. Disposing of it closes its connections. */
    static ConnectionPool create(Servers servers) {
        DatabaseSettings settings = servers.settings();
        PrimaryConnections primary = toPrimary(servers, server -> connectionFactory(settings, server));
        return create(settings, primary, settings.limits().poolMin());
    }

    /** A pool of connections that {@code factory} makes to one of several servers, when they are needed. */
    static ConnectionPool forReading(DatabaseSettings settings, ConnectionFactory factory) {
        return create(settings, factory, 0);
    }

    private static ConnectionPool create(DatabaseSettings settings, ConnectionFactory factory, int least) {
        DatabaseSettings.Limits limits = settings.limits();
        return new ConnectionPool(ConnectionPoolConfiguration.builder(factory)
                .name(settings.applicationName())
                .initialSize(least)
                .minIdle(least)
                .maxSize(limits.poolMax())
                .maxIdleTime(limits.idleTimeout())
                .maxLifeTime(MAX_LIFE_TIME)
                .maxAcquireTime(limits.connectionTimeout())
                .maxCreateConnectionTime(limits.connectionTimeout())
                .maxValidationTime(MAX_VALIDATION_TIME)
                .validationDepth(ValidationDepth.LOCAL)
                .backgroundEvictionInterval(limits.idleTimeout())
                .customizer(pool -> pool.maxPendingAcquire(PENDING_PER_CONNECTION * limits.poolMax()))
                .acquireRetry(1)
                .build());
    }

    /** One connection for statements without a time limit, opened when it is needed and closed when it is idle. */
    static ConnectionPool forLongWork(Servers servers) {
        return withoutTimeLimit(servers, "-long", 1, LONG_WORK);
    }

    /** As {@link #forLongWork}, for transactions that wait for their readers, {@code most} at once. */
    static ConnectionPool forSnapshots(Servers servers, int most) {
        Map<String, String> options = new HashMap<>(LONG_WORK);
        options.put("idle_in_transaction_session_timeout", String.valueOf(LONGEST_PAUSE.toMillis()));
        return withoutTimeLimit(servers, "-export", most, options);
    }

    private static ConnectionPool withoutTimeLimit(
            Servers servers, String suffix, int most, Map<String, String> options) {
        DatabaseSettings settings = servers.settings();
        return new ConnectionPool(ConnectionPoolConfiguration.builder(
                        toPrimary(servers, server -> connectionFactory(settings, server, Duration.ZERO, options)))
                .name(settings.applicationName() + suffix)
                .initialSize(0)
                .minIdle(0)
                .maxSize(most)
                .maxIdleTime(MAX_IDLE_OF_LONG_WORK)
                .backgroundEvictionInterval(MAX_IDLE_OF_LONG_WORK)
                .maxCreateConnectionTime(settings.limits().connectionTimeout())
                .maxValidationTime(MAX_VALIDATION_TIME)
                .validationDepth(ValidationDepth.LOCAL)
                .build());
    }

    /** One connection for statements that take {@code limit} at most, opened when it is needed. */
    static ConnectionPool forProbes(Servers servers, Duration limit) {
        return new ConnectionPool(ConnectionPoolConfiguration.builder(forListening(servers, limit))
                .name(servers.settings().applicationName() + "-probe")
                .initialSize(0)
                .minIdle(0)
                .maxSize(1)
                .maxIdleTime(MAX_IDLE_OF_PROBES)
                .maxAcquireTime(limit)
                .maxCreateConnectionTime(limit)
                .maxValidationTime(limit)
                .validationDepth(ValidationDepth.LOCAL)
                .build());
    }

    /** Connections to the primary that are listened on, whose own statements take {@code limit} at most. */
    static PrimaryConnections forListening(Servers servers, Duration limit) {
        return toPrimary(servers, server -> forWatching(servers.settings(), server, limit));
    }

    /** Connections to {@code server} whose statements take {@code limit} at most. */
    static PostgresqlConnectionFactory forWatching(DatabaseSettings settings, Server server, Duration limit) {
        return connectionFactory(settings, server, limit, Map.of());
    }

    /** Connections of the application role to {@code server}. */
    static PostgresqlConnectionFactory connectionFactory(DatabaseSettings settings, Server server) {
        return connectionFactory(settings, server, settings.limits().statementTimeout(), PLANS_ONCE);
    }

    private static PrimaryConnections toPrimary(
            Servers servers, Function<Server, PostgresqlConnectionFactory> factory) {
        return new PrimaryConnections(
                servers, servers.all().stream().map(factory).toList());
    }

    private static PostgresqlConnectionFactory connectionFactory(
            DatabaseSettings settings, Server server, Duration statementTimeout, Map<String, String> more) {
        Map<String, String> options = new HashMap<>(Map.of(
                "search_path", "rhizome,public",
                "idle_in_transaction_session_timeout",
                        String.valueOf(settings.limits().statementTimeout().toMillis()),
                // Our statements look each key up once. Whether to remember answers would depend on others' rows.
                "enable_memoize", "off",
                // A search sorts although enable_sort is off: before PostgreSQL 18, a cost so high that it would be
                // compiled.
                "jit", "off",
                "timezone", "UTC"));
        options.putAll(more);
        DatabaseSettings.Limits limits = settings.limits();
        PostgresqlConnectionConfiguration.Builder builder = PostgresqlConnectionConfiguration.builder()
                .host(server.host())
                .port(server.port())
                .database(settings.address().database())
                .username(settings.application().user())
                .password(settings.application().password())
                .applicationName(settings.applicationName())
                .connectTimeout(limits.connectionTimeout())
                .statementTimeout(statementTimeout)
                .lockWaitTimeout(LOCK_TIMEOUT)
                .tcpKeepAlive(true)
                .maxMessageSize(LARGEST_MESSAGE)
                .preparedStatementCacheQueries(PREPARED_STATEMENTS)
                .loopResources(LOOPS)
                .options(options);
        return new PostgresqlConnectionFactory(
                secure(builder, settings.encryption()).build());
    }

    private static LoopResources loops() {
        int workers = Runtime.getRuntime().availableProcessors();
        while (workers % 2 == 0 || workers % 3 == 0) {
            workers++;
        }
        return LoopResources.create("postgres", LoopResources.DEFAULT_IO_SELECT_COUNT, workers, true, false);
    }

    private static PostgresqlConnectionConfiguration.Builder secure(
            PostgresqlConnectionConfiguration.Builder builder, DatabaseSettings.Encryption encryption) {
        builder.sslMode(SSLMode.fromValue(encryption.mode()));
        String rootCertificate = encryption.rootCertificate();
        return rootCertificate == null ? builder : builder.sslRootCert(rootCertificate);
    }
}
