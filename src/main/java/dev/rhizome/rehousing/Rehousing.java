package dev.rhizome.rehousing;

import dev.rhizome.database.ConnectionPools;
import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.database.LongTransactions;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.Servers;
import dev.rhizome.database.TenantMismatches;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.indexing.TenantProfiles;
import dev.rhizome.job.JobProperties;
import dev.rhizome.job.JobRunner;
import dev.rhizome.job.TenantJob;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Moves one tenant's vectors to where the operator wants them; for the command line. A service that is at work may help. */
public final class Rehousing implements AutoCloseable {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final String FIND = """
            select tenant_id as tenant from rhizome.list_tenants('', 2147483647)
             where $1 in (slug, tenant_id::text) order by slug = $1 limit 1
            """;
    private static final String PLACE = """
            insert into vector_homes as h (tenant_id, placement, changed_at) values ($1, $2, 'epoch')
                on conflict on constraint vector_homes_pkey do update
               set placement = excluded.placement, changed_at = excluded.changed_at, updated_at = now()
             where h.tenant_id = $1
            """;
    private static final String LOOK = """
            select h.step, h.home, h.indexed_space is not null as indexed, h.ef_search, h.recall, l.error,
                   (select p.tuples_done || ' of ' || p.tuples_total
                      from pg_stat_progress_create_index p
                     where p.relid = to_regclass(vector_table($1, h.next_home)) and p.tuples_total > 0) as done
              from vector_homes h
              left join job_leases l on l.tenant_id = $1 and l.job = $2
             where h.tenant_id = $1
            """;

    /** Where the operator wants a tenant. */
    public enum Placement {
        /** In a table of its own, however small it is. */
        OWN,
        /** In the table that small tenants share, however large it is. */
        SHARED;

        private String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How far a move is.
     *
     * @param step that is under way, null where none is
     * @param home number of the home, 0 for the shared one
     * @param isIndexed whether the home has an index
     * @param efSearch width of its scan, null without
     * @param recall of such a scan, null where it is not known
     * @param error why the last attempt failed, null where it did not
     * @param done how much of an index is made, null where none is being made
     */
    private record State(
            @Nullable String step,
            int home,
            boolean isIndexed,
            @Nullable Integer efSearch,
            @Nullable Float recall,
            @Nullable String error,
            @Nullable String done) {

        private static State of(Readable row) {
            return new State(
                    row.get("step", String.class),
                    Rows.required(row, "home", Integer.class),
                    Rows.required(row, "indexed", Boolean.class),
                    row.get("ef_search", Integer.class),
                    row.get("recall", Float.class),
                    row.get("error", String.class),
                    row.get("done", String.class));
        }

        private boolean isThere(Placement wanted) {
            return step == null
                    && switch (wanted) {
                        case OWN -> home > 0 && isIndexed;
                        case SHARED -> home == 0;
                    };
        }

        private String progress() {
            if (error != null) {
                return "failed, and is tried again: " + error;
            }
            return (step == null ? "waiting" : step) + (done == null ? "" : ": " + done);
        }

        private String summary() {
            return home == 0
                    ? "its vectors are in the shared table"
                    : "its vectors are in a table of their own"
                            + (isIndexed
                                    ? ", searched with ef " + efSearch + (recall == null ? "" : " at recall " + recall)
                                    : "");
        }
    }

    private final ConnectionPool pool;
    private final LongTransactions longTransactions;
    private final TenantTransactions transactions;
    private final UntenantedQueries untenanted;
    private final RehousingTask task;
    private final JobRunner runner;

    /** Works on the database of {@code settings} as the application; reads {@code rhizome.vectors} of {@code environment}. */
    public Rehousing(DatabaseSettings settings, Environment environment) {
        RehousingProperties properties =
                Binder.get(environment).bindOrCreate("rhizome.vectors", RehousingProperties.class);
        pool = ConnectionPools.create(settings);
        longTransactions = new LongTransactions(new Servers(settings), new TenantMismatches());
        transactions = new TenantTransactions(pool, settings.limits().answerLimit());
        untenanted = new UntenantedQueries(pool, settings.limits().answerLimit());
        RehousingRepository moves = new RehousingRepository(transactions, longTransactions, properties);
        task = new RehousingTask(moves, new TenantProfiles(transactions, properties.interval()), properties);
        runner = JobRunner.alone(
                transactions, untenanted, Binder.get(environment).bindOrCreate("rhizome.jobs", JobProperties.class));
    }

    /**
     * Places the tenant of that slug or id, and moves its vectors there.
     *
     * @return lines that tell how far it is, until it is done; an error of {@link IllegalArgumentException} where there is
     *     no such tenant. Cancelled, the move goes on in a service.
     */
    public Flux<String> place(String slugOrId, Placement wanted) {
        return tenant(slugOrId).flatMapMany(tenant -> place(tenant, wanted).contextWrite(TenantContext.of(tenant)));
    }

    /** From now on the size of the tenant of that slug or id decides again. */
    public Mono<Void> placeBySize(String slugOrId) {
        return tenant(slugOrId)
                .flatMap(tenant -> placed("automatic").contextWrite(TenantContext.of(tenant)))
                .then();
    }

    private Mono<TenantId> tenant(String slugOrId) {
        return untenanted
                .rows(TenantJob.tenants(FIND, slugOrId))
                .next()
                .switchIfEmpty(Mono.error(() -> new IllegalArgumentException("there is no tenant " + slugOrId)));
    }

    private Mono<Long> placed(String placement) {
        return transactions.writing(connection -> connection
                .changed(Query.changeOfTenant(PLACE, placement))
                .then(connection.changed(TenantJob.retryNow(RehousingTask.NAME))));
    }

    private Flux<String> place(TenantId tenant, Placement wanted) {
        Mono<State> look = transactions
                .read(Query.ofTenant(LOOK, State::of, RehousingTask.NAME))
                .next();
        Mono<Void> work = runner.runOn(task, tenant)
                .repeatWhen(turns -> turns.delayElements(LOOK_AGAIN))
                .then();
        Flux<String> progress = Flux.interval(Duration.ZERO, LOOK_AGAIN)
                .onBackpressureDrop()
                .concatMap(tick -> look, 0)
                .takeUntil(state -> state.isThere(wanted))
                .map(state -> state.isThere(wanted) ? state.summary() : state.progress())
                .distinctUntilChanged()
                .takeUntilOther(work);
        return placed(wanted.label()).thenMany(progress);
    }

    @Override
    public void close() {
        longTransactions.close();
        pool.dispose();
    }
}
