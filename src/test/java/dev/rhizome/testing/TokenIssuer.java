package dev.rhizome.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** An OpenID provider on loopback: its metadata, its public keys, and tokens signed with keys made for the test. */
public final class TokenIssuer implements AutoCloseable {

    /** Whom its tokens are for. */
    public static final String AUDIENCE = "rhizome-tests";

    /** What the server does with a request for its keys. */
    public enum Mood {
        /** Gives them. */
        ANSWERING,
        /** Answers 500. */
        FAILING,
        /** Never answers. */
        HANGING
    }

    /** Of all issuers, since making one takes a second. */
    private static final RSAKey FIRST = newKey("first");

    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    private final AtomicInteger asked = new AtomicInteger();
    private final DisposableServer server;
    private final ECKey curve = newCurve();
    private volatile RSAKey key = FIRST;
    private volatile Mood mood = Mood.ANSWERING;

    /** Starts it. */
    public TokenIssuer() {
        this.server = HttpServer.create()
                .host("localhost")
                .port(0)
                .route(routes -> routes.get(
                                "/.well-known/openid-configuration",
                                (request, response) -> response.header("Content-Type", "application/json")
                                        .sendString(Mono.fromSupplier(this::metadata)))
                        .get("/keys", this::keys))
                .bindNow(START_LIMIT);
    }

    /** A key pair that no issuer publishes before it is set by {@link #rotate}. */
    public static RSAKey newKey(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ECKey newCurve() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID("curve").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its URL. */
    public String url() {
        return "http://localhost:" + server.port();
    }

    /** The key that it signs with. */
    public RSAKey key() {
        return key;
    }

    /** How often its keys were asked for. */
    public int asked() {
        return asked.get();
    }

    /** Publishes {@code next} in place of its key. */
    public void rotate(RSAKey next) {
        key = next;
    }

    /** Answers differently from now on. */
    public void become(Mood next) {
        mood = next;
    }

    /** Claims of a token that is good for five minutes in {@code tenant}. */
    public JWTClaimsSet.Builder claims(String tenant, String... roles) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(url())
                .audience(AUDIENCE)
                .subject("agent-7")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))))
                .claim("tenant_id", tenant)
                .claim("roles", List.of(roles));
    }

    /** A token with {@code claims}, signed by the issuer. */
    public String sign(JWTClaimsSet.Builder claims) {
        return sign(claims, key, "JWT");
    }

    /** A token of the media type {@code type}, signed with {@code signer}. */
    public static String sign(JWTClaimsSet.Builder claims, RSAKey signer, String type) {
        try {
            JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                    .keyID(signer.getKeyID())
                    .type(new JOSEObjectType(type))
                    .build();
            SignedJWT token = new SignedJWT(header, claims.build());
            token.sign(new RSASSASigner(signer));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A token signed with the issuer's elliptic curve key, as many providers do. */
    public String signWithCurve(JWTClaimsSet.Builder claims) {
        try {
            JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                    .keyID(curve.getKeyID())
                    .build();
            SignedJWT token = new SignedJWT(header, claims.build());
            token.sign(new ECDSASigner(curve));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.disposeNow(START_LIMIT);
    }

    private Publisher<Void> keys(HttpServerRequest request, HttpServerResponse response) {
        asked.incrementAndGet();
        return switch (mood) {
            case ANSWERING ->
                response.sendString(Mono.just(new JWKSet(List.of(key.toPublicJWK(), curve.toPublicJWK())).toString()));
            case FAILING -> response.status(500).send();
            case HANGING -> response.sendString(Mono.never());
        };
    }

    private String metadata() {
        return "{\"issuer\":\"" + url() + "\",\"jwks_uri\":\"" + url() + "/keys\"}";
    }
}
