package dev.rhizome.tenancy;

import dev.rhizome.http.Caller;
import dev.rhizome.http.TokenAuthenticator;
import dev.rhizome.problem.TenantSuspended;
import dev.rhizome.tenancy.AccessChanges.Subject;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Recognizes API keys. One that was never issued is told by its tag, without the database. What the database says of one that was
 * is remembered briefly, also that it is good no more.
 */
public final class ApiKeyAuthenticator implements TokenAuthenticator {

    private static final int MAX_ENTRIES = 100_000;

    /** What is known of a key's text; nothing is proven where the key is expired or revoked, or its tenant is being removed. */
    private record Known(ApiKeyRepository.@Nullable Proven proven) {}

    private final ApiKeyRepository keys;
    private final KeyTags tags;
    private final Clock clock;
    private final Remembered<String, Known> remembered;

    /** Looks keys up in {@code keys}. */
    ApiKeyAuthenticator(ApiKeyRepository keys, KeyTags tags, AccessChanges changes, Clock clock) {
        this.keys = keys;
        this.tags = tags;
        this.clock = clock;
        this.remembered = new Remembered<>(changes, MAX_ENTRIES);
    }

    @Override
    public Mono<Caller> authenticate(String token) {
        Optional<ApiKeySecret> secret = ApiKeySecret.parse(token);
        return secret.isEmpty() ? Mono.empty() : authenticate(token, secret.get());
    }

    private Mono<Caller> authenticate(String token, ApiKeySecret secret) {
        Subject subject = new Subject(secret.tenant(), secret.keyId().toString());
        return remembered.get(token, subject, lookUp(secret)).flatMap(known -> caller(secret, known));
    }

    private Mono<Known> lookUp(ApiKeySecret secret) {
        return tags.isIssued(secret)
                .filter(issued -> issued)
                .flatMap(issued -> keys.prove(secret).map(Known::new).defaultIfEmpty(new Known(null)));
    }

    private Mono<Caller> caller(ApiKeySecret secret, Known known) {
        ApiKeyRepository.Proven key = known.proven();
        if (key == null) {
            return Mono.empty();
        }
        Caller caller = new Caller(key.id().toString(), secret.tenant(), key.role(), key.expiresAt());
        if (caller.isExpiredAt(clock.instant())) {
            return Mono.empty();
        }
        return key.isSuspended() ? Mono.error(TenantSuspended::new) : Mono.just(caller);
    }
}
