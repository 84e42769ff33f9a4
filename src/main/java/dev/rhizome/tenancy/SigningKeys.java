package dev.rhizome.tenancy;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.rhizome.problem.Overloaded;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * The public keys of the issuer, read at the first token, so that the service starts without the issuer.
 *
 * <p>They are read again after {@link #KEPT}, so that a key which the issuer has withdrawn is not trusted for long, and
 * for a token with an unknown key id, but not within {@link #PAUSE} of the last time: anybody can make up key ids. While
 * the issuer does not answer, the keys known last hold.
 */
final class SigningKeys {

    static final Duration KEPT = Duration.ofMinutes(5);
    static final Duration PAUSE = Duration.ofSeconds(30);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

    private record Reading(Mono<JWKSet> keys, Instant at) {}

    private final HttpClient http = HttpClient.create();
    private final JwtProperties properties;
    private final Duration timeout;
    private final InstantSource clock;
    private final AtomicReference<@Nullable Reading> last = new AtomicReference<>();
    private volatile @Nullable JWKSet known;

    /** Reads from the JWK set or the issuer that {@code properties} name, waiting at most {@code timeout}. */
    SigningKeys(JwtProperties properties, Duration timeout, InstantSource clock) {
        this.properties = properties;
        this.timeout = timeout;
        this.clock = clock;
    }

    /**
     * The keys one of which may have signed {@code token}.
     *
     * @return the keys, or an error of {@link Overloaded} where none were ever read and the issuer does not answer
     */
    Flux<JWK> of(SignedJWT token) {
        String id = token.getHeader().getKeyID();
        return notOlderThan(KEPT)
                .flatMap(keys -> id == null || keys.getKeyByKeyId(id) != null ? Mono.just(keys) : notOlderThan(PAUSE))
                .flatMapIterable(JWKSet::getKeys);
    }

    private Mono<JWKSet> notOlderThan(Duration age) {
        return Mono.defer(() -> {
            Instant now = clock.instant();
            return Objects.requireNonNull(last.updateAndGet(
                            reading -> reading != null && reading.at().plus(age).isAfter(now)
                                    ? reading
                                    : new Reading(read(), now)))
                    .keys();
        });
    }

    /** One request for all who wait. Where it fails without keys to fall back on, the next token asks again. */
    private Mono<JWKSet> read() {
        return uri().flatMap(this::get)
                .map(SigningKeys::parsed)
                .timeout(timeout)
                .doOnNext(read -> known = read)
                .onErrorResume(this::keysKnownLast)
                .doOnError(error -> last.set(null))
                .cache();
    }

    private Mono<JWKSet> keysKnownLast(Throwable error) {
        LOG.atWarn()
                .addKeyValue("event", "issuer-keys-unreadable")
                .addKeyValue("issuer", properties.issuer())
                .addKeyValue("cause", error.toString())
                .log("the issuer's keys cannot be read");
        JWKSet keys = known;
        return keys != null
                ? Mono.just(keys)
                : Mono.error(() -> new Overloaded("the keys that tokens are signed with cannot be read", RETRY_AFTER));
    }

    private Mono<String> uri() {
        if (!properties.jwkSetUri().isBlank()) {
            return Mono.just(properties.jwkSetUri());
        }
        String issuer = properties.issuer();
        return get(issuer.replaceFirst("/$", "") + "/.well-known/openid-configuration")
                .map(JsonMapper.shared()::readTree)
                .filter(metadata -> issuer.equals(metadata.path("issuer").asString()))
                .map(metadata -> metadata.path("jwks_uri").stringValue())
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("the metadata is another issuer's")));
    }

    private Mono<String> get(String uri) {
        return http.get()
                .uri(uri)
                .responseSingle((response, body) -> response.status().code() == 200
                        ? body.asString()
                        : Mono.error(() -> new IllegalStateException(uri + " answered " + response.status())))
                .switchIfEmpty(Mono.error(() -> new IllegalStateException(uri + " answered nothing")));
    }

    private static JWKSet parsed(String json) {
        try {
            return JWKSet.parse(json);
        } catch (ParseException e) {
            throw new IllegalStateException("not a JWK set", e);
        }
    }
}
