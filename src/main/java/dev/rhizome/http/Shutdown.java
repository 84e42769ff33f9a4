package dev.rhizome.http;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The first steps of the service's end, in which no request is lost.
 *
 * <ol>
 *   <li>Readiness is 503 at once, which the framework sees to. Requests are still taken for the time of {@code drain}, and each
 *       answer is the last one of its connection.
 *   <li>No connection is taken any more. Streams and bulk requests that have not come to their end by themselves in the time of
 *       {@code streams} are ended, so that their readers know where to go on.
 *   <li>Requests in flight come to their end, at most for the time of {@code requests}. The web server does this.
 *   <li>Background jobs end with the batch in hand and give their leases back: {@code job.JobLifecycle}.
 *   <li>The pool is closed when all connections are back: {@code database.DatabaseStart}.
 * </ol>
 */
final class Shutdown implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    private final Closing closing;
    private final ShutdownProperties times;
    private volatile boolean running;

    /** Tells {@code closing}, after {@code times}. */
    Shutdown(Closing closing, ShutdownProperties times) {
        this.closing = closing;
        this.times = times;
    }

    @Override
    public void start() {
        running = true;
    }

    /** Runs {@code over} when no more requests are to be taken. */
    @Override
    public void stop(Runnable over) {
        closing.begin();
        LOG.atInfo()
                .addKeyValue("event", "shutdown-began")
                .addKeyValue("drain", times.drain())
                .log("not ready any more; requests are still taken for a moment");
        in(times.drain()).execute(() -> {
            running = false;
            LOG.atInfo()
                    .addKeyValue("event", "shutdown-drained")
                    .addKeyValue("streams", times.streams())
                    .addKeyValue("requests", times.requests())
                    .log("no more requests are taken; those in flight come to their end");
            in(times.streams()).execute(closing::endStreams);
            over.run();
        });
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the web server stops to take connections. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }

    private static Executor in(Duration time) {
        return CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS);
    }
}
