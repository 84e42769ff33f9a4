package dev.rhizome.tenant;

import dev.rhizome.problem.Unauthenticated;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** The right by which a request runs. It may end while an answer is still under way: a key is revoked, a tenant suspended. */
public final class Authority {

    private final Mono<Void> end;

    private Authority(Mono<Void> end) {
        this.end = end;
    }

    /**
     * The right that lasts until {@code end} completes.
     *
     * @param end subscribed to by answers that take a while, and by no others
     */
    public static Authority until(Mono<Void> end) {
        return new Authority(end);
    }

    /** A context that carries it, to be handed to {@code contextWrite}. */
    public Context context() {
        return Context.of(Authority.class, this);
    }

    /** An error of {@link Unauthenticated} when the right of the pipeline has ended; nothing ever where it has none. */
    public static <T> Mono<T> lost() {
        return Mono.deferContextual(context -> context.hasKey(Authority.class)
                ? context.get(Authority.class)
                        .end
                        .then(Mono.error(() ->
                                new Unauthenticated("the token has expired or was revoked, or its tenant suspended")))
                : Mono.never());
    }
}
