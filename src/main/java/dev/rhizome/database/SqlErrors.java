package dev.rhizome.database;

import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.OptimisticLockConflict;
import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.Refused;
import dev.rhizome.problem.TimedOut;
import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.pool.PoolAcquirePendingLimitException;
import reactor.pool.PoolAcquireTimeoutException;
import reactor.util.retry.Retry;

/**
 * Turns database errors into problems, by SQLSTATE and never by message; see appendix A of the PostgreSQL manual.
 *
 * <p>Classes 22 and 42 stay as they are: bad SQL or bad data that got this far is our bug, and becomes a 500.
 */
public final class SqlErrors {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Set<String> LOST_CONFLICTS = Set.of("40001", "40P01");
    private static final Set<String> DATA_CLASSES = Set.of("22", "23", "54");
    private static final Set<String> OF_THE_SERVER = Set.of("08", "40", "42", "53", "57", "58", "XX");
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(10);

    private SqlErrors() {}

    /** The problem that {@code error} means for the caller, or {@code error} itself. */
    public static Throwable translate(Throwable error) {
        String state = state(error);
        if (state == null) {
            return capacity(error);
        }
        return switch (state) {
            case "23505" -> new Conflict("something with the same key exists (" + constraint(error) + ")");
            case "23503" ->
                InvalidRequest.of(
                        constraint(error), "refers to something that does not exist", "the key of an existing row");
            case "23514" -> InvalidRequest.of(constraint(error), "out of range", "what the rule of that name allows");
            case "42501" -> new Refused("the database refused this for the current tenant");
            case "57014" -> new TimedOut("the statement ran longer than it may");
            case "55P03" -> new TimedOut("a lock was not granted in time");
            case "40001", "40P01" -> new Overloaded("too many writes to the same rows at once", RETRY_AFTER);
            case "RZ001" -> new OptimisticLockConflict("the tenant's embedding model has just been changed");
            case "RZ003" -> new Refused("the tenant is suspended or being removed");
            case "RZ002" -> new Conflict("the graph has something else under the same key");
            case "53300" -> new Overloaded("the database has no connection left", RETRY_AFTER);
            case "25006" -> new Overloaded("the database takes no changes now", RETRY_AFTER);
            case "25P03", "25P04" -> new TimedOut("the transaction took longer than it may");
            default -> ofClass(state, error);
        };
    }

    /** What passes without anybody's doing, or with an operator's, is none of our bugs: the caller may come again. */
    private static Throwable ofClass(String state, Throwable error) {
        return switch (state.substring(0, 2)) {
            case "08", "57" -> new Overloaded("the database is not reachable", RETRY_AFTER);
            case "53" -> new Overloaded("the database has no room left", RETRY_AFTER);
            case "58" -> new Overloaded("the database has trouble with its files", RETRY_AFTER);
            default -> error;
        };
    }

    /**
     * Whether {@code error} is about the values of a statement, not about the statement or the server: class 22 (data), 23
     * (constraints) or 54 (a value past a limit of the server).
     */
    public static boolean isCausedByData(Throwable error) {
        String state = state(error);
        return state != null && DATA_CLASSES.contains(state.substring(0, 2));
    }

    /**
     * Whether {@code error} of a read is its server's, such as a standby that has gone, that has to replay what the read is in the way of
     * (40001, 40P01), or that does not have yet what the statement names: another server may well answer. A read that took too long
     * would do so there too.
     */
    static boolean isOfTheServer(Throwable error) {
        String state = state(error);
        if (state == null) {
            return error instanceof R2dbcException || error instanceof OptimisticLockConflict;
        }
        return OF_THE_SERVER.contains(state.substring(0, 2)) && !state.equals("57014");
    }

    /** Whether {@code error} says that a row another row refers to has just gone. */
    public static boolean isMissingReference(Throwable error) {
        return "23503".equals(state(error));
    }

    /** Whether {@code error} says that a table of the statement is not there. */
    public static boolean isMissingTable(Throwable error) {
        return "42P01".equals(state(error));
    }

    /** Runs a transaction that lost a conflict again, with a random pause that grows. */
    static Retry retryOfWholeTransaction(int attempts) {
        return Retry.backoff(attempts, FIRST_BACKOFF)
                .jitter(0.75)
                .filter(error -> LOST_CONFLICTS.contains(String.valueOf(state(error))))
                .onRetryExhaustedThrow((spec, signal) -> signal.failure());
    }

    private static Throwable capacity(Throwable error) {
        if (error instanceof PoolAcquirePendingLimitException
                || error instanceof PoolAcquireTimeoutException
                || error instanceof R2dbcTimeoutException) {
            return new Overloaded("no database connection became free in time", RETRY_AFTER);
        }
        if (error instanceof TimeoutException) {
            return new TimedOut("the database did not answer in time; whether a change was made is not known");
        }
        if (error instanceof R2dbcException) {
            return new Overloaded("the database is not reachable", RETRY_AFTER);
        }
        return error;
    }

    private static @Nullable String state(Throwable error) {
        return error instanceof R2dbcException known ? known.getSqlState() : null;
    }

    private static String constraint(Throwable error) {
        return error instanceof PostgresqlException known
                ? known.getErrorDetails().getConstraintName().orElse("constraint")
                : "constraint";
    }
}
