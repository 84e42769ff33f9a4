package dev.rhizome.tenancy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rhizome.http.Caller;
import dev.rhizome.http.TokenAuthenticator;
import dev.rhizome.tenant.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Recognizes API keys. A key that was proven is remembered briefly, by its text; revoking it here forgets it at once, in
 * another process after {@link #REMEMBERED} at the latest. Unknown keys are not remembered.
 */
public final class ApiKeyAuthenticator implements TokenAuthenticator {

    static final Duration REMEMBERED = Duration.ofSeconds(10);
    private static final long MAX_ENTRIES = 100_000;

    private record Known(
            Caller caller, UUID keyId, @Nullable Instant expiresAt) {}

    private final ApiKeyRepository keys;
    private final Clock clock;
    private final Cache<String, Known> proven = Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(REMEMBERED)
            .build();

    /** Looks keys up in {@code keys}. */
    public ApiKeyAuthenticator(ApiKeyRepository keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    @Override
    public Mono<Caller> authenticate(String token) {
        Known known = proven.getIfPresent(token);
        if (known != null) {
            Instant expiry = known.expiresAt();
            return expiry == null || expiry.isAfter(clock.instant()) ? Mono.just(known.caller()) : Mono.empty();
        }
        Optional<ApiKeySecret> secret = ApiKeySecret.parse(token);
        return secret.isEmpty()
                ? Mono.empty()
                : keys.prove(secret.get())
                        .map(key -> remember(token, secret.get().tenant(), key));
    }

    /** Forgets a key, so that its next use is looked up. */
    void forgetKey(UUID keyId) {
        proven.asMap().values().removeIf(known -> known.keyId().equals(keyId));
    }

    /** Forgets all keys of a tenant. */
    void forgetTenant(TenantId tenant) {
        proven.asMap().values().removeIf(known -> tenant.equals(known.caller().tenant()));
    }

    private Caller remember(String token, TenantId tenant, ApiKeyRepository.Proven key) {
        Caller caller = new Caller(key.id().toString(), tenant, key.role());
        proven.put(token, new Known(caller, key.id(), key.expiresAt()));
        return caller;
    }
}
