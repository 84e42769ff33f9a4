package dev.rhizome.tenant;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * On whose account something is done, for the record. It gives no right to anything.
 *
 * @param name the key's id, the JWT's subject, {@code operator}, or the name of a job of the service's own
 * @param role what the caller may do; {@code service} for a job
 * @param requestId which request it was, null for a job
 */
public record Actor(String name, String role, @Nullable String requestId) {

    /** A background job. */
    public static Actor job(String name) {
        return new Actor(name, "service", null);
    }

    /** The actor of this pipeline; an error of {@link IllegalStateException} where nobody set one. */
    public static Mono<Actor> current() {
        return Mono.deferContextual(context -> context.hasKey(Actor.class)
                ? Mono.just(context.get(Actor.class))
                : Mono.error(() -> new IllegalStateException("nobody is named as the actor")));
    }

    /** A context that carries this actor, to be handed to {@code contextWrite}. */
    public Context context() {
        return Context.of(Actor.class, this);
    }
}
