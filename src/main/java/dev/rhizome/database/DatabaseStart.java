package dev.rhizome.database;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.embedding.ModelName;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;

/**
 * What happens to the database before the service takes requests: migrate, look for leaks, compare with what the code
 * expects, warm the pool. Any failure stops the start with a message that says what to do. Blocks; nothing runs yet.
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
    private static final Query<Integer> SCHEMAS = Query.of(
            "select count(*)::integer as schemas from pg_namespace where nspname = 'rhizome'",
            row -> Rows.required(row, "schemas", Integer.class));
    private static final String MIGRATE = " (set DB_MIGRATION_USER and DB_MIGRATION_PASSWORD, or run: rhizome migrate)";
    private static final Query<Integer> SCHEMA_VERSION =
            Query.of("""
            select coalesce((select version::integer from rhizome.flyway_schema_history
                              where success and version is not null order by installed_rank desc limit 1), 0) as version
            """, row -> Rows.required(row, "version", Integer.class));
    private static final Query<Map.Entry<String, Integer>> FUNCTIONS = Query.of(
            """
            select distinct on (script) script, checksum from rhizome.flyway_schema_history
             where success and version is null and type = 'SQL' order by script, installed_rank desc
            """,
            row -> Map.entry(
                    Rows.required(row, "script", String.class), Rows.required(row, "checksum", Integer.class)));
    private static final Query<ModelName> MODELS = Query.of(
            "select model, dimension from rhizome.vector_spaces",
            row -> new ModelName(
                    Rows.required(row, "model", String.class), Rows.required(row, "dimension", Integer.class)));

    private final DatabaseSettings settings;
    private final List<ModelName> models;
    private final UntenantedQueries queries;
    private final ConnectionPool pool;
    private volatile boolean running;

    /** Starts {@code pool}. */
    public DatabaseStart(DatabaseSettings settings, List<ModelName> models, ConnectionPool pool) {
        this.settings = settings;
        this.models = models;
        this.pool = pool;
        this.queries = new UntenantedQueries(pool);
    }

    /**
     * Does all of it.
     *
     * @throws Refusal when the database would leak, or does not fit the code
     */
    @Override
    public void start() {
        int migrations = migrate(settings, models);
        refuseEmptiness();
        refuseLeaks();
        refuseMisfit();
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
        if (await(queries.rows(SCHEMAS).next()) == 0) {
            throw new Refusal("this database has no schema rhizome yet" + MIGRATE);
        }
    }

    private void refuseLeaks() {
        List<Finding> findings = await(new Preflight(queries).findings());
        if (!findings.isEmpty()) {
            String others =
                    findings.size() == 1 ? "" : "; and " + (findings.size() - 1) + " more, which rhizome check lists";
            throw new Refusal(
                    "this database would leak, so the service does not start: " + findings.getFirst() + others);
        }
    }

    private void refuseMisfit() {
        int found = await(queries.rows(SCHEMA_VERSION).next());
        int expected = Migrations.newest();
        if (found != expected) {
            throw new Refusal("the schema is at version " + found + " and this program expects " + expected + MIGRATE);
        }
        List<Map.Entry<String, Integer>> functions =
                await(queries.rows(FUNCTIONS).collectList());
        for (Map.Entry<String, Integer> function : Migrations.functions().entrySet()) {
            if (!functions.contains(function)) {
                throw new Refusal(
                        "the schema's functions of " + function.getKey() + " are not those of this program" + MIGRATE);
            }
        }
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
