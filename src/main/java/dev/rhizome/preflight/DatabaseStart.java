package dev.rhizome.preflight;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.database.Migrations;
import dev.rhizome.database.PoolStatistics;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.SchemaFit;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.embedding.ModelName;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What happens to the database before the service takes requests: migrate, look for what breaks a rule, compare
 * with the models that are configured, warm the pool. Any failure stops the start with a message that says what to do. Blocks; nothing runs yet.
 *
 * <p>It is a step of its own between the making of all components and the opening of the port, so that what takes long in
 * the making, such as a model, goes on meanwhile.
 */
public final class DatabaseStart implements SmartLifecycle {

    /** The database is not one that the service may run on. */
    public static final class Refusal extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message, null, false, false);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseStart.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int LISTED = 20;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final Duration LONGEST_RETURN = Duration.ofSeconds(5);
    private static final String MIGRATE = " (set DB_MIGRATION_USER and DB_MIGRATION_PASSWORD, or run: rhizome migrate)";
    private static final Query<ModelName> MODELS = Query.of(
            "select model, dimension from rhizome.vector_spaces",
            row -> new ModelName(
                    Rows.required(row, "model", String.class), Rows.required(row, "dimension", Integer.class)));

    private final DatabaseSettings settings;
    private final List<ModelName> models;
    private final UntenantedQueries queries;
    private final Preflight preflight;
    private final ConnectionPool pool;
    private volatile boolean running;

    /** Starts {@code pool}. */
    public DatabaseStart(DatabaseSettings settings, List<ModelName> models, ConnectionPool pool) {
        this.settings = settings;
        this.models = models;
        this.pool = pool;
        this.queries = new UntenantedQueries(pool);
        this.preflight = new Preflight(queries);
    }

    /**
     * Does all of it.
     *
     * @throws Refusal when the database breaks a rule whose breaking is an error, or has no room for a model's vectors
     */
    @Override
    public void start() {
        int migrations = migrate(settings, models);
        refuseEmptiness();
        SchemaFit schema = await(SchemaFit.of(queries));
        if (schema.isNewer()) {
            warnOfNewer(schema);
        }
        refuseFindings(schema);
        refuseModels();
        Integer warmed = pool.warmup().block(LIMIT);
        LOG.atInfo()
                .addKeyValue("event", "database-ready")
                .addKeyValue("address", settings.address())
                .addKeyValue("migrations", migrations)
                .addKeyValue("connections", warmed)
                .log("database is ready");
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    /**
     * Runs {@code over} when all connections are back in the pool, so that what is still written or given back has its end; after
     * a few seconds in any case. The pool is closed behind it.
     */
    @Override
    public void stop(Runnable over) {
        running = false;
        CompletableFuture<@Nullable Void> unused = Flux.interval(Duration.ZERO, LOOK_AGAIN)
                .take(LONGEST_RETURN.dividedBy(LOOK_AGAIN))
                .takeUntil(tick -> inUse() == 0)
                .then()
                .toFuture()
                .whenComplete((nothing, error) -> {
                    LOG.atInfo()
                            .addKeyValue("event", "shutdown-database")
                            .addKeyValue("inUse", inUse())
                            .log("connections are closed");
                    over.run();
                });
    }

    private int inUse() {
        return PoolStatistics.of(pool, 0).activeConnections();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Long before the web server's, which is near the greatest. */
    @Override
    public int getPhase() {
        return 0;
    }

    /** Migrates where the owner's credentials are known; gives how many migrations were applied. */
    @CanIgnoreReturnValue
    public static int migrate(DatabaseSettings settings, List<ModelName> models) {
        DatabaseSettings.@Nullable Credentials owner = settings.migration();
        return owner == null ? 0 : new Migrations(settings, owner, models).migrate();
    }

    private void refuseEmptiness() {
        if (!await(preflight.hasSchema())) {
            throw new Refusal("this database has no schema rhizome yet" + MIGRATE);
        }
    }

    private void refuseFindings(SchemaFit schema) {
        List<Finding> findings = await(preflight.findings()).stream()
                .filter(finding -> !(schema.isNewer() && finding.isOfANewerProgram()))
                .toList();
        List<Finding> errors = findings.stream().filter(Finding::isError).toList();
        if (!errors.isEmpty()) {
            String others =
                    errors.size() == 1 ? "" : "; and " + (errors.size() - 1) + " more, which rhizome check lists";
            throw new Refusal("the service does not start on this database: " + errors.getFirst() + others);
        }
        if (!findings.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("event", "database-warnings")
                    .addKeyValue("warnings", findings.size())
                    .addKeyValue("findings", summary(findings))
                    .log("the database has weaknesses, which rhizome check explains");
        }
    }

    private static String summary(List<Finding> findings) {
        return findings.stream()
                .map(finding -> finding.rule().id() + ": " + finding.subject())
                .limit(LISTED)
                .collect(Collectors.joining("; "));
    }

    private static void warnOfNewer(SchemaFit schema) {
        LOG.atWarn()
                .addKeyValue("event", "schema-newer")
                .addKeyValue("schema", schema.version())
                .addKeyValue("program", Migrations.newest())
                .log("a newer program has migrated the schema; this one goes on with it, and migrates nothing");
    }

    private void refuseModels() {
        List<ModelName> known = await(queries.rows(MODELS).collectList());
        for (ModelName model : models) {
            if (!known.contains(model)) {
                throw new Refusal("the schema has no room for vectors of " + model.dimension()
                        + " numbers by the model " + model.id() + MIGRATE);
            }
        }
    }

    private static <T> T await(Mono<T> answer) {
        T value = answer.block(LIMIT);
        if (value == null) {
            throw new Refusal("the database gave no answer");
        }
        return value;
    }
}
