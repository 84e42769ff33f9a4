package dev.rhizome.observability;

import io.netty.channel.unix.Errors;
import io.netty.handler.timeout.ReadTimeoutException;
import io.r2dbc.spi.R2dbcException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import reactor.core.publisher.Hooks;
import reactor.netty.channel.AbortedException;

/**
 * Errors that come when nobody waits for them any more. Those that follow from a client that went away, or that sent half
 * of a request, are its own business; told as errors, as Reactor does by itself, they would let it fill the log.
 */
final class DroppedErrors {

    /** Of a statement that was cancelled, and of a transaction that is over. */
    private static final Set<String> AFTER_CANCEL = Set.of("57014", "25P02");

    private static final Logger LOG = LoggerFactory.getLogger(DroppedErrors.class);

    private DroppedErrors() {}

    /** Takes the place of Reactor's own hook, for the whole process. */
    static void listen() {
        Hooks.resetOnErrorDropped();
        Hooks.onErrorDropped(DroppedErrors::log);
    }

    private static void log(Throwable error) {
        Level level = level(error);
        LOG.atLevel(level)
                .addKeyValue("event", "error-dropped")
                .setCause(level == Level.DEBUG ? null : error)
                .log("an error came when nobody waited for it: {}", error.toString());
    }

    /** Debug where a client causes it by going away, error where nobody knows why. */
    static Level level(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (isOfAClient(cause)) {
                return Level.DEBUG;
            }
        }
        return Level.ERROR;
    }

    private static boolean isOfAClient(Throwable cause) {
        return switch (cause) {
            case ReadTimeoutException late -> true;
            case AbortedException gone -> true;
            case SocketException gone -> true;
            case ClosedChannelException gone -> true;
            case Errors.NativeIoException gone -> true;
            case R2dbcException told -> AFTER_CANCEL.contains(String.valueOf(told.getSqlState()));
            default -> false;
        };
    }
}
