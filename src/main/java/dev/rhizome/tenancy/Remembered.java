package dev.rhizome.tenancy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rhizome.tenancy.AccessChanges.Subject;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Answers of the database about keys or tenants, for as long as they can be believed: until something changes that they are about,
 * and for ten seconds at most; for one where changes that other processes make are not heard of. An answer is not believed either
 * if that changed while it was on its way: it is asked for again.
 */
final class Remembered<K, V> {

    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final long LONGEST_UNHEARD_NANOS = Duration.ofSeconds(1).toNanos();

    private final AccessChanges changes;
    private final Cache<K, Answer<V>> answers;

    /**
     * What the database said.
     *
     * @param change number of the last change before it was asked
     * @param at by the clock of {@code System.nanoTime}
     */
    private record Answer<V>(V value, long change, long at) {}

    /**
     * Remembers nothing yet.
     *
     * @param most how many answers, of those used last
     */
    Remembered(AccessChanges changes, int most) {
        this.changes = changes;
        this.answers = Caffeine.newBuilder()
                .maximumSize(most)
                .expireAfterWrite(LONGEST)
                .build();
    }

    /** What is remembered of {@code key}, or what {@code lookUp} gives, which is remembered then. */
    Mono<V> get(K key, Subject subject, Mono<V> lookUp) {
        return Mono.defer(() -> {
            Answer<V> known = answers.getIfPresent(key);
            return known != null && isBelieved(known, subject)
                    ? Mono.just(known.value())
                    : lookedUp(key, subject, lookUp);
        });
    }

    private boolean isBelieved(Answer<V> answer, Subject subject) {
        return changes.isUnchanged(subject, answer.change())
                && (changes.hearsOthers() || System.nanoTime() - answer.at() < LONGEST_UNHEARD_NANOS);
    }

    private Mono<V> lookedUp(K key, Subject subject, Mono<V> lookUp) {
        return Mono.defer(() -> {
            long before = changes.number();
            return lookUp.flatMap(value -> {
                Answer<V> answer = new Answer<>(value, before, System.nanoTime());
                answers.put(key, answer);
                return changes.isUnchanged(subject, before) ? Mono.just(value) : lookedUp(key, subject, lookUp);
            });
        });
    }
}
