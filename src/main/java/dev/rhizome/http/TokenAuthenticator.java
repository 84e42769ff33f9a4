package dev.rhizome.http;

import reactor.core.publisher.Mono;

/** Recognizes one kind of bearer token. */
public interface TokenAuthenticator {

    /**
     * The caller that {@code token} proves.
     *
     * @return the caller; empty where the token is not of this kind, unknown, expired or revoked; an error of
     *     {@code Refused} where it is genuine and grants nothing here
     */
    Mono<Caller> authenticate(String token);
}
