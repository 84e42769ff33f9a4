package dev.rhizome.database;

import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Gives a tenant a partition of its own, as the owner of the schema; for the command line. */
public final class Promotion {

    private static final String NAME = "rhizome promote";
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    /** What the procedure tells of itself, or how far its index is. */
    private static final String PROGRESS = """
            select coalesce((select format('%s: %s of %s', p.phase, p.tuples_done, p.tuples_total)
                               from pg_stat_progress_create_index p where p.pid = a.pid and p.tuples_total > 0),
                            a.application_name) as progress
              from pg_stat_activity a
             where a.application_name like $1 || ':%' and a.datname = current_database()
            """;

    private final PostgresqlConnectionFactory owner;

    /**
     * Prepares, without connecting.
     *
     * @throws IllegalArgumentException where {@code settings} name no owner
     */
    public Promotion(DatabaseSettings settings) {
        DatabaseSettings.Credentials credentials = settings.migration();
        if (credentials == null) {
            throw new IllegalArgumentException(
                    "DB_MIGRATION_USER: missing (expected: the role that owns the schema, rhizome_owner)");
        }
        this.owner = ConnectionPools.ownerFactory(settings, credentials, NAME);
    }

    /**
     * Promotes the tenant of that slug or id.
     *
     * @return lines that tell how far it is, until it is done; an error of {@link IllegalArgumentException} where there is
     *     no such tenant, or it has a partition of its own
     */
    public Flux<String> promote(String tenant) {
        Mono<Void> work = Flux.usingWhen(
                        owner.create(), connection -> call(connection, tenant), PostgresqlConnection::close)
                .then()
                .onErrorMap(
                        error -> error instanceof io.r2dbc.spi.R2dbcException known
                                && "P0002".equals(known.getSqlState()),
                        error -> new IllegalArgumentException(error.getMessage()))
                .cache();
        Flux<String> progress = Flux.usingWhen(
                owner.create(),
                connection -> Flux.interval(LOOK_AGAIN)
                        .onBackpressureDrop()
                        .takeUntilOther(work.onErrorComplete().then(Mono.just(true)))
                        .concatMap(tick -> look(connection))
                        .distinctUntilChanged(),
                PostgresqlConnection::close);
        return progress.concatWith(work.then(Mono.empty()));
    }

    private static Flux<Long> call(PostgresqlConnection connection, String tenant) {
        return connection
                .createStatement("call rhizome.promote_tenant($1)")
                .bind(0, tenant)
                .execute()
                .concatMap(PostgresqlResult::getRowsUpdated);
    }

    private static Flux<String> look(PostgresqlConnection connection) {
        return connection
                .createStatement(PROGRESS)
                .bind(0, NAME)
                .execute()
                .concatMap(result -> result.map((row, metadata) -> Rows.required(row, "progress", String.class)));
    }
}
