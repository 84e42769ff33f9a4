package dev.rhizome.tenancy;

import dev.rhizome.http.Caller;
import dev.rhizome.http.TokenAuthenticator;
import dev.rhizome.tenant.Role;
import java.security.MessageDigest;
import reactor.core.publisher.Mono;

/** Recognizes the operator's key, which belongs to no tenant. */
public final class OperatorAuthenticator implements TokenAuthenticator {

    private static final Caller OPERATOR = new Caller("operator", null, Role.OPERATOR);

    private final byte[] hash;

    /** Accepts {@code key}. */
    public OperatorAuthenticator(String key) {
        this.hash = ApiKeySecret.sha256(key);
    }

    @Override
    public Mono<Caller> authenticate(String token) {
        return MessageDigest.isEqual(hash, ApiKeySecret.sha256(token)) ? Mono.just(OPERATOR) : Mono.empty();
    }
}
