package dev.rhizome.http;

import dev.rhizome.problem.RhizomeException;
import dev.rhizome.tenant.TenantId;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * What one request has of the bytes in flight. It travels in the subscriber's context, and is given back when the answer has
 * been written, has failed or was cancelled.
 */
final class ByteShare {

    /** A request of fewer bytes than these is not counted, so that small ones are answered beside large ones. */
    private static final long FREE_BYTES = 32 * 1024;

    private final BytesInFlight all;
    private volatile @Nullable TenantId tenant;
    private long present;
    private long held;
    private boolean isClosed;

    /** Nothing yet of {@code all}. */
    ByteShare(BytesInFlight all) {
        this.all = all;
    }

    /** Whose request it is. */
    void belongsTo(@Nullable TenantId owner) {
        tenant = owner;
    }

    /** {@code context} with this share. */
    Context in(Context context) {
        return context.put(ByteShare.class, this);
    }

    /** {@code work} after {@code bytes} were reserved for it; the errors of {@link #hold} where they were not in time. */
    static <T> Mono<T> reserving(long bytes, Mono<T> work) {
        return Mono.deferContextual(context -> {
            ByteShare share = context.getOrDefault(ByteShare.class, null);
            return share == null ? work : share.reserve(bytes).then(work);
        });
    }

    /** Does {@code with} the share of the context, where there is one. */
    static <T> Mono<T> using(Consumer<ByteShare> with, Mono<T> work) {
        return Mono.deferContextual(context -> {
            ByteShare share = context.getOrDefault(ByteShare.class, null);
            if (share != null) {
                with.accept(share);
            }
            return work;
        });
    }

    /** {@code body}, whose bytes are counted as they come; the errors of {@link #hold} where they are too many. */
    static Flux<DataBuffer> counting(Flux<DataBuffer> body) {
        return Flux.deferContextual(context -> {
            ByteShare share = context.getOrDefault(ByteShare.class, null);
            return share == null ? body : body.map(share::counted);
        });
    }

    private DataBuffer counted(DataBuffer buffer) {
        try {
            add(buffer.readableByteCount());
            return buffer;
        } catch (RhizomeException refused) {
            DataBufferUtils.release(buffer);
            throw refused;
        }
    }

    /** As {@link #hold}, but waits in the queue where there is no room. */
    private Mono<Void> reserve(long bytes) {
        return Mono.defer(() -> {
            TenantId owner = tenant;
            long missing = missing(bytes);
            return missing <= 0
                    ? Mono.fromRunnable(() -> hold(bytes))
                    : all.await(owner, missing, () -> received(owner, missing));
        });
    }

    private synchronized long missing(long bytes) {
        return counted(bytes) - held;
    }

    /** Notes that {@code bytes} more were counted; a request that is over gives them back. */
    private void received(@Nullable TenantId owner, long bytes) {
        boolean isLate;
        synchronized (this) {
            isLate = isClosed;
            held += isLate ? 0 : bytes;
            present = held;
        }
        if (isLate) {
            all.give(owner, bytes);
        }
    }

    /**
     * Makes the share {@code bytes}, more or less than it was.
     *
     * @throws RhizomeException where the tenant, or all together, would hold more than they may; the share stays as it was
     */
    void hold(long bytes) {
        giveBack(changed(bytes));
    }

    /** As {@link #hold}, of {@code bytes} more. */
    void add(long bytes) {
        giveBack(increased(bytes));
    }

    /** Gives all back. */
    void close() {
        giveBack(closed());
    }

    /** Not under the lock: others, who waited for these bytes, note that they have them under theirs. */
    private void giveBack(long bytes) {
        if (bytes > 0) {
            all.give(tenant, bytes);
        }
    }

    /** How much less the share is now. */
    private synchronized long changed(long bytes) {
        long counted = counted(bytes);
        if (counted > held) {
            RhizomeException refused = all.take(tenant, counted - held);
            if (refused != null) {
                throw refused;
            }
        }
        long less = held - counted;
        held = counted;
        present = bytes;
        return less;
    }

    private synchronized long increased(long bytes) {
        return changed(present + bytes);
    }

    private synchronized long closed() {
        long less = changed(0);
        isClosed = true;
        return less;
    }

    private long counted(long bytes) {
        return isClosed || bytes <= FREE_BYTES ? 0 : bytes;
    }
}
