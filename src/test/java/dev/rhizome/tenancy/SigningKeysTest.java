package dev.rhizome.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import dev.rhizome.problem.Overloaded;
import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.TokenIssuer;
import dev.rhizome.testing.TokenIssuer.Mood;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** When the issuer's keys are read, and what holds while they cannot be. */
class SigningKeysTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final RSAKey SECOND = TokenIssuer.newKey("second");
    private static final Duration SOON = Duration.ofMillis(300);

    private final TokenIssuer issuer = new TokenIssuer();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2031-01-31T12:00:00Z"));
    private final SigningKeys keys = keys(issuer.url(), "", LIMIT);

    @AfterEach
    void stop() {
        issuer.close();
    }

    @Test
    void theyAreReadOnceForAllTokens() {
        SignedJWT token = signedWith(issuer.key());

        Flux.range(0, 20)
                .flatMap(i -> ids(token), 20)
                .as(Awaited::create)
                .expectNextCount(20)
                .expectComplete()
                .verify(LIMIT);

        assertThat(issuer.asked()).isOne();
    }

    @Test
    void theyAreReadFromTheConfiguredSetWithoutTheIssuersMetadata() {
        SigningKeys configured = keys("http://localhost:1", issuer.url() + "/keys", LIMIT);

        configured
                .of(signedWith(issuer.key()))
                .map(JWK::getKeyID)
                .next()
                .as(Awaited::create)
                .expectNext("first")
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void metadataOfAnotherIssuerIsNotTrusted() {
        SigningKeys deceived = keys(issuer.url() + "/", "", LIMIT);

        unreadable(deceived);

        assertThat(issuer.asked()).isZero();
    }

    @Test
    void madeUpKeyIdsDoNotAskTheIssuerMoreOftenThanOnceAPause() {
        SignedJWT madeUp = signedWith(TokenIssuer.newKey("made-up"));
        gives(madeUp, "first");

        now.getAndUpdate(time -> time.plus(SigningKeys.PAUSE).minusMillis(1));
        gives(madeUp, "first");
        gives(madeUp, "first");

        assertThat(issuer.asked()).isOne();
    }

    @Test
    void aNewKeyIsFoundAfterThePause() {
        gives(signedWith(issuer.key()), "first");
        issuer.rotate(SECOND);

        now.getAndUpdate(time -> time.plus(SigningKeys.PAUSE));

        gives(signedWith(issuer.key()), "second");
    }

    @Test
    void aWithdrawnKeyIsForgottenWhenTheyAreReadAgain() {
        SignedJWT token = signedWith(issuer.key());
        gives(token, "first");
        issuer.rotate(SECOND);

        now.getAndUpdate(time -> time.plus(SigningKeys.KEPT));

        gives(token, "second");
    }

    @Test
    void thoseKnownLastHoldWhileTheIssuerFails() {
        SignedJWT token = signedWith(issuer.key());
        gives(token, "first");
        issuer.become(Mood.FAILING);

        now.getAndUpdate(time -> time.plus(SigningKeys.KEPT));

        gives(token, "first");
        assertThat(issuer.asked()).isEqualTo(2);
    }

    @Test
    void whereNoneWereEverReadTheNextTokenAsksAgain() {
        issuer.become(Mood.FAILING);
        unreadable(keys);

        issuer.become(Mood.ANSWERING);

        gives(signedWith(issuer.key()), "first");
    }

    @Test
    void anIssuerThatHangsIsGivenUpOn() {
        issuer.become(Mood.HANGING);

        unreadable(keys(issuer.url(), "", SOON));
    }

    private void gives(SignedJWT token, String id) {
        ids(token).as(Awaited::create).expectNext(List.of(id)).expectComplete().verify(LIMIT);
    }

    private void unreadable(SigningKeys from) {
        from.of(signedWith(issuer.key()))
                .as(Awaited::create)
                .expectErrorMatches(error -> error instanceof Overloaded problem
                        && problem.detail().equals("the keys that tokens are signed with cannot be read"))
                .verify(LIMIT);
    }

    private Mono<List<String>> ids(SignedJWT token) {
        return keys.of(token)
                .map(JWK::getKeyID)
                .filter(id -> !id.equals("curve"))
                .collectList();
    }

    private SigningKeys keys(String issuerUrl, String jwkSetUri, Duration timeout) {
        return new SigningKeys(
                new JwtProperties(issuerUrl, jwkSetUri, TokenIssuer.AUDIENCE, "tenant_id", "roles"), timeout, now::get);
    }

    private SignedJWT signedWith(RSAKey key) {
        try {
            return SignedJWT.parse(TokenIssuer.sign(issuer.claims("any"), key, "JWT"));
        } catch (ParseException e) {
            throw new IllegalStateException(e);
        }
    }
}
