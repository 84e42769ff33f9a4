package dev.rhizome.tenancy;

import dev.rhizome.http.Caller;
import dev.rhizome.http.TokenAuthenticator;
import dev.rhizome.tenant.Role;
import java.security.MessageDigest;
import java.util.HexFormat;
import reactor.core.publisher.Mono;

/** Recognizes the operator's key, which belongs to no tenant. */
public final class OperatorAuthenticator implements TokenAuthenticator {

    private static final Caller OPERATOR = new Caller("operator", null, Role.OPERATOR);

    private final byte[] hash;

    /** Accepts {@code key}. */
    public OperatorAuthenticator(String key) {
        this.hash = ApiKeySecret.sha256(key);
    }

    /** A key for {@code purpose} that everyone who has the operator's key can make, and nobody else. */
    byte[] derivedKey(String purpose) {
        return ApiKeySecret.sha256(purpose + HexFormat.of().formatHex(hash));
    }

    @Override
    public Mono<Caller> authenticate(String token) {
        return MessageDigest.isEqual(hash, ApiKeySecret.sha256(token)) ? Mono.just(OPERATOR) : Mono.empty();
    }
}
