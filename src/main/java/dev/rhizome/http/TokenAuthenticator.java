package dev.rhizome.http;

import reactor.core.publisher.Mono;

/** Recognizes one kind of bearer token. */
public interface TokenAuthenticator {

    /**
     * The caller that {@code token} proves.
     *
     * @return the caller, or empty where the token is not of this kind, unknown, expired or revoked
     */
    Mono<Caller> authenticate(String token);
}
