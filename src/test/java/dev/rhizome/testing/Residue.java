package dev.rhizome.testing;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ResourceLeakDetector;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Hooks;

/**
 * What is left behind in this process from its making on until it is closed: errors that came when nobody waited for them any
 * more, and buffers of Netty's that were never released. Each buffer is tracked, as by {@code io.netty.leakDetection.level=paranoid}.
 */
public final class Residue implements AutoCloseable {

    private static final List<Residue> OPEN = new CopyOnWriteArrayList<>();
    private static final int COLLECTIONS = 5;
    private static final int PROBES = 200;
    /** In the records of what an HTTP client has read. Here that is a test's own, perhaps one that ended before. */
    private static final String OF_A_CLIENT = "HttpClientCodec";

    static {
        // A hook is added to those that are there, and cannot be taken away again by itself.
        Hooks.onErrorDropped(error -> OPEN.forEach(open -> open.dropped.add(trace(error))));
    }

    private final List<String> dropped = new CopyOnWriteArrayList<>();
    private final List<String> leaks = new CopyOnWriteArrayList<>();
    private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();

    private Residue() {}

    /** From now on. What other tests in this process have left is told first, while nobody listens. */
    public static Residue watch() throws InterruptedException {
        Residue residue = new Residue();
        if (!residue.leaks().isEmpty()) {
            throw new IllegalStateException("somebody listens already");
        }
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((type, records) -> {
            if (!records.contains(OF_A_CLIENT)) {
                residue.leaks.add(type + records);
            }
        });
        OPEN.add(residue);
        return residue;
    }

    private static String trace(Throwable error) {
        StringWriter trace = new StringWriter();
        new IllegalStateException("dropped here", error).printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }

    /** Errors that were dropped so far, each with who dropped it. */
    public List<String> dropped() {
        return List.copyOf(dropped);
    }

    /** Buffers that are unreachable and were not released, each with where it was touched. */
    public List<String> leaks() throws InterruptedException {
        for (int collection = 0; collection < COLLECTIONS; collection++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(20);
            // The detector tells of what was collected when the next buffer is made.
            for (int probe = 0; probe < PROBES; probe++) {
                ByteBufAllocator.DEFAULT.buffer(16).release();
            }
        }
        return List.copyOf(leaks);
    }

    @Override
    public void close() {
        OPEN.remove(this);
        ByteBufUtil.setLeakListener(null);
        ResourceLeakDetector.setLevel(before);
    }
}
