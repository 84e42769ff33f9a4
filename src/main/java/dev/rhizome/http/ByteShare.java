package dev.rhizome.http;

import dev.rhizome.problem.RhizomeException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.retry.Retry;

/**
 * What one request has of the bytes in flight. It travels in the subscriber's context, and is given back when the answer has
 * been written, has failed or was cancelled.
 */
final class ByteShare {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(25);
    /** A request of fewer bytes than these is not counted, so that small ones are answered beside large ones. */
    private static final long FREE_BYTES = 32 * 1024;

    private final BytesInFlight all;
    private String tenant = "";
    private long present;
    private long held;
    private boolean isClosed;

    /** Nothing yet of {@code all}. */
    ByteShare(BytesInFlight all) {
        this.all = all;
    }

    /** Whose request it is. */
    synchronized void belongsTo(@Nullable Object owner) {
        tenant = String.valueOf(owner);
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

    private Mono<Void> reserve(long bytes) {
        long tries = 1 + all.longestWait().dividedBy(LOOK_AGAIN);
        return Mono.<Void>fromRunnable(() -> hold(bytes))
                .retryWhen(Retry.fixedDelay(tries, LOOK_AGAIN)
                        .filter(RhizomeException.class::isInstance)
                        .onRetryExhaustedThrow((spec, signal) -> signal.failure()));
    }

    /**
     * Makes the share {@code bytes}, more or less than it was.
     *
     * @throws RhizomeException where the tenant, or all together, would hold more than they may; the share stays as it was
     */
    synchronized void hold(long bytes) {
        long counted = isClosed || bytes <= FREE_BYTES ? 0 : bytes;
        if (counted > held) {
            RhizomeException refused = all.take(tenant, counted - held);
            if (refused != null) {
                throw refused;
            }
        } else {
            all.give(tenant, held - counted);
        }
        held = counted;
        present = bytes;
    }

    /** As {@link #hold}, of {@code bytes} more. */
    synchronized void add(long bytes) {
        hold(present + bytes);
    }

    /** Gives all back. */
    synchronized void close() {
        hold(0);
        isClosed = true;
    }
}
