package dev.rhizome.database;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Readable;
import reactor.core.publisher.Mono;

/**
 * What a server says of itself.
 *
 * @param timeline the one that it writes, from 1; 0 where it is in recovery, as a standby is
 * @param position in the log, in bytes from its beginning: up to where it has written, or replayed where it is in recovery
 */
record ServerState(int timeline, long position) {

    /** The name of the file that is being written begins with the timeline, eight hexadecimal digits. */
    private static final String STATE = """
            select case when recovers then 0
                        else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer end as timeline,
                   (coalesce(case when recovers then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, '0/0')
                       - '0/0'::pg_lsn)::bigint as position
              from pg_is_in_recovery() as recovers
            """;

    /** That of the server of {@code connection}. */
    static Mono<ServerState> of(PostgresqlConnection connection) {
        return connection
                .createStatement(STATE)
                .execute()
                .concatMap(result -> result.map((row, metadata) -> of(row)))
                .single();
    }

    private static ServerState of(Readable row) {
        return new ServerState(
                Rows.required(row, "timeline", Integer.class), Rows.required(row, "position", Long.class));
    }
}
