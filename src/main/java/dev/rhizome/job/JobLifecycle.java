package dev.rhizome.job;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Runs the background jobs as long as the service runs. They are told at once when it is shut down, and have the time of its
 * first steps for the batches in hand; what is not over after that is cancelled, and another process does it again.
 */
final class JobLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(JobLifecycle.class);
    /** After the web server is ready, and, at the end, after requests in flight are over and before the database is left. */
    private static final int PHASE = DEFAULT_PHASE - 1536;

    private final JobRunner runner;
    private final Duration limit;
    private volatile @Nullable CompletableFuture<@Nullable Void> run;

    /**
     * Runs {@code runner}.
     *
     * @param limit longest wait for the batches in hand
     */
    JobLifecycle(JobRunner runner, Duration limit) {
        this.runner = runner;
        this.limit = limit;
    }

    @Override
    public void start() {
        run = runner.run().toFuture();
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent closed) {
        runner.finish();
    }

    /** Runs {@code over} when no batch runs any more. */
    @Override
    public void stop(Runnable over) {
        runner.finish();
        CompletableFuture<@Nullable Void> running = run;
        run = null;
        if (running == null) {
            over.run();
            return;
        }
        CompletableFuture<@Nullable Void> unused = running.copy()
                .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((nothing, late) -> {
                    boolean cancelled = running.cancel(true);
                    LOG.atInfo()
                            .addKeyValue("event", "shutdown-jobs")
                            .addKeyValue("cancelled", cancelled)
                            .log("background jobs have stopped and given their leases back");
                    over.run();
                });
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public boolean isRunning() {
        return run != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
