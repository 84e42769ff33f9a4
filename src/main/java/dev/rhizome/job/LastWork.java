package dev.rhizome.job;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What is to be written before the process ends. */
public final class LastWork {

    private static final Duration LONGEST = Duration.ofSeconds(5);

    private LastWork() {}

    /** Does {@code work}, and says whether it was done within five seconds. Blocks. */
    public static boolean isDone(Mono<Void> work) {
        try {
            @Nullable
            Void unused = work.toFuture()
                    .orTimeout(LONGEST.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            return true;
        } catch (CompletionException e) {
            return false;
        }
    }
}
