package dev.rhizome.cli;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sees to it that the process ends: a first SIGTERM or SIGINT shuts the service down in its steps, a second one ends the process
 * at once, and so does the limit of a shutdown that hangs.
 */
final class Termination {

    /** What a shell reports of a process that SIGTERM ended. */
    private static final int STATUS = 128 + 15;

    private static final AtomicBoolean ASKED = new AtomicBoolean();

    private Termination() {}

    /** Holds the end of this process to {@code longest} from its beginning on. */
    static void limit(Duration longest) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> haltIn(longest), "shutdown-limit"));
        listen("TERM");
        listen("INT");
    }

    private static void haltIn(Duration longest) {
        CompletableFuture.delayedExecutor(longest.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    System.err.println("error: the shutdown took longer than rhizome.shutdown.limit; it was cut off");
                    Runtime.getRuntime().halt(STATUS);
                });
    }

    private static void asked() {
        if (ASKED.compareAndSet(false, true)) {
            new Thread(() -> System.exit(STATUS), "shutdown").start();
        } else {
            Runtime.getRuntime().halt(STATUS);
        }
    }

    /**
     * By name, since javac warns of the class with a warning that cannot be suppressed. A runtime without it shuts down at the
     * first signal as well, and does not hear the second.
     */
    private static void listen(String name) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object listener = Proxy.newProxyInstance(
                    Termination.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        asked();
                        return null;
                    });
            Object ignored = signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), listener);
        } catch (ReflectiveOperationException | IllegalArgumentException unknown) {
            return; // the runtime's own handler stays
        }
    }
}
