package dev.rhizome.database;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Hands values of a transaction over, one at a time: whoever gives one waits until it was asked for. One gives, and one takes.
 */
final class Handover<T> {

    /** What waits to be asked for. */
    private record Offer<T>(T value, MonoSink<Void> given) {}

    private final AtomicReference<@Nullable Offer<T>> offer = new AtomicReference<>();
    private volatile @Nullable FluxSink<T> taker;
    private volatile boolean left;

    /** The values, for one subscriber, who is there before the first is given. */
    Flux<T> taken() {
        return Flux.create(sink -> {
            taker = sink;
            sink.onRequest(more -> meet());
            sink.onDispose(this::leave);
        });
    }

    /** Completes when {@code value} was taken; an error of {@link CancellationException} where nobody takes anything any more. */
    Mono<Void> give(T value) {
        return Mono.create(given -> {
            offer.set(new Offer<>(value, given));
            meet();
        });
    }

    /** Nothing more is given. */
    void end() {
        FluxSink<T> sink = taker;
        if (sink != null) {
            sink.complete();
        }
    }

    private void leave() {
        left = true;
        meet();
    }

    private void meet() {
        FluxSink<T> sink = taker;
        if (left || (sink != null && sink.requestedFromDownstream() > 0)) {
            Offer<T> met = offer.getAndSet(null);
            if (met == null) {
                return;
            }
            if (left || sink == null) {
                met.given().error(new CancellationException("nobody reads any more"));
            } else {
                sink.next(met.value());
                met.given().success();
            }
        }
    }
}
