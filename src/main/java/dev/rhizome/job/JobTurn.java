package dev.rhizome.job;

import java.time.Duration;
import java.util.UUID;

/** One turn of a job on a tenant: the batches between taking the lease and giving it back. It is used by one thread at a time. */
public final class JobTurn {

    private final UUID worker = UUID.randomUUID();
    private final long began = System.nanoTime();
    private volatile String position = "";

    /** Begins a turn now. */
    JobTurn() {}

    /** Who has the lease. A statement that must not run without it joins {@code job_leases} by this id. */
    public UUID worker() {
        return worker;
    }

    /** Where the batch before has left off; empty at the start of a turn. It is kept in memory only. */
    public String position() {
        return position;
    }

    /** Lets the next batch begin at {@code next}. */
    public void moveTo(String next) {
        position = next;
    }

    boolean isLongerThan(Duration limit) {
        return nanos() > limit.toNanos();
    }

    long nanos() {
        return System.nanoTime() - began;
    }
}
