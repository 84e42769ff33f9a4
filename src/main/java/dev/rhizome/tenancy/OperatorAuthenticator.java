package dev.rhizome.tenancy;

import dev.rhizome.http.Caller;
import dev.rhizome.http.TokenAuthenticator;
import dev.rhizome.tenant.Role;
import java.security.MessageDigest;
import java.util.List;
import reactor.core.publisher.Mono;

/** Recognizes the operator's keys, which belong to no tenant. */
public final class OperatorAuthenticator implements TokenAuthenticator {

    private static final Caller OPERATOR = new Caller("operator", null, Role.OPERATOR, null);

    private final List<byte[]> hashes;

    /** Accepts each of {@code keys}. */
    OperatorAuthenticator(List<String> keys) {
        this.hashes = keys.stream().map(ApiKeySecret::sha256).toList();
    }

    @Override
    public Mono<Caller> authenticate(String token) {
        byte[] shown = ApiKeySecret.sha256(token);
        return hashes.stream().anyMatch(hash -> MessageDigest.isEqual(hash, shown))
                ? Mono.just(OPERATOR)
                : Mono.empty();
    }
}
