package dev.rhizome.http;

import io.r2dbc.postgresql.api.ErrorDetails;
import io.r2dbc.postgresql.api.PostgresqlException;
import org.jspecify.annotations.Nullable;

/**
 * A failure as the log may have it: types and stacks. Messages are left out, because they may quote what a request said;
 * of an error of the database its SQLSTATE, table and constraint are kept.
 */
final class LoggedFailure extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int DEEPEST = 10;

    private LoggedFailure(Throwable error, @Nullable Throwable cause) {
        super(description(error), cause, false, true);
        setStackTrace(error.getStackTrace());
    }

    /** What of {@code error} and its causes may be logged. */
    static LoggedFailure of(Throwable error) {
        return of(error, DEEPEST);
    }

    private static LoggedFailure of(Throwable error, int depth) {
        Throwable cause = error.getCause();
        return new LoggedFailure(error, cause == null || depth == 0 ? null : of(cause, depth - 1));
    }

    private static String description(Throwable error) {
        String type = error.getClass().getName();
        if (!(error instanceof PostgresqlException failure)) {
            return type;
        }
        ErrorDetails details = failure.getErrorDetails();
        return "%s SQLSTATE %s table %s constraint %s"
                .formatted(
                        type,
                        details.getCode(),
                        details.getTableName().orElse("-"),
                        details.getConstraintName().orElse("-"));
    }

    /** Without this type's own name in front, which is nobody's failure. */
    @Override
    @SuppressWarnings("OverrideThrowableToString")
    public String toString() {
        return String.valueOf(getMessage());
    }
}
