package dev.rhizome.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.rhizome.testing.RawClient.Reply;
import dev.rhizome.testing.RawClient.Request;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.TokenIssuer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * JWTs that somebody makes to be taken for another tenant: with a header of his own, with a good signature over something else,
 * or of an issuer who says too little. All are refused before the tenant that they name is asked for anything, so that it makes
 * no difference whether it exists.
 */
class JwtForgeryContractTest {

    private static final String SEARCH = "/v1/search?q=secret&legs=text";
    private static final TokenIssuer ISSUER = new TokenIssuer();
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RSAKey FORGER = TokenIssuer.newKey("forger");
    private static final RunningService SERVICE = RunningService.on(
            DATABASE, "--rhizome.jwt.issuer=" + ISSUER.url(), "--rhizome.jwt.audience=" + TokenIssuer.AUDIENCE);
    private static String victim = "";
    private static String own = "";

    @BeforeAll
    static void aVictimWithASecretAndAForger() {
        victim = SERVICE.newTenant("victim");
        own = SERVICE.newTenant("forger");
        SERVICE.json(SERVICE.newKey(victim, "writer"))
                .post("/v1/entities", "{\"id\":\"secret\",\"type\":\"T\",\"name\":\"secret zanzibar\"}")
                .block();
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
        ISSUER.close();
    }

    /** What a forger signs with his own key, by a header that tells where to find it. */
    static Stream<Arguments> headersOfAForger() {
        URI elsewhere = URI.create("http://localhost:1/keys");
        return Stream.of(
                forged("his key in the header", header -> header.jwk(FORGER.toPublicJWK())),
                forged("his keys' address in the header", header -> header.jwkURL(elsewhere)),
                forged("his certificate's address in the header", header -> header.x509CertURL(elsewhere)),
                forged("no key named", header -> header.keyID(null)),
                forged(
                        "the trusted key named",
                        header -> header.keyID(ISSUER.key().getKeyID())),
                forged("a path for the key's name", header -> header.keyID("../../../dev/null")),
                forged("SQL for the key's name", header -> header.keyID("' or '1'='1")),
                forged(
                        "an extension that must be understood",
                        header -> header.criticalParams(java.util.Set.of("x")).customParam("x", 1)),
                forged("another media type of the content", header -> header.contentType("JWT")));
    }

    /** Parts of good tokens, put together anew. */
    static Stream<Arguments> partsOfGoodTokens() {
        String[] good = ISSUER.sign(claims(own)).split("\\.", -1);
        String theirs = encoded(claims(victim).build().toString());
        return Stream.of(
                Arguments.of("claims exchanged", good[0] + "." + theirs + "." + good[2]),
                Arguments.of("claims in front", theirs + "." + good[1] + "." + good[2]),
                Arguments.of("header of none", encoded("{\"alg\":\"none\"}") + "." + theirs + "." + good[2]),
                Arguments.of("none in capitals", encoded("{\"alg\":\"NONE\"}") + "." + theirs + "."),
                Arguments.of("no algorithm", encoded("{\"typ\":\"JWT\"}") + "." + theirs + "." + good[2]),
                Arguments.of("an empty signature", good[0] + "." + theirs + "."),
                Arguments.of("a signature of zeros", good[0] + "." + theirs + "." + "A".repeat(good[2].length())),
                Arguments.of("the header twice", encoded("{\"alg\":\"RS256\",\"alg\":\"none\"}") + "." + theirs + "."),
                Arguments.of("no JSON", encoded("{") + "." + theirs + "." + good[2]),
                Arguments.of("four parts", String.join(".", good) + "." + theirs),
                Arguments.of("encrypted", good[0] + "." + theirs + "." + good[2] + ".a.b"));
    }

    /** Good signatures under claims that prove nothing. */
    static Stream<Arguments> claimsThatProveNothing() {
        Instant now = Instant.now();
        return Stream.of(
                said("an audience that begins alike", claims -> claims.audience(TokenIssuer.AUDIENCE + "-too")),
                said("an empty audience", claims -> claims.audience(List.of())),
                said("an issuer that begins alike", claims -> claims.issuer(ISSUER.url() + "/")),
                said("an issuer of another port", claims -> claims.issuer("http://localhost:1")),
                said("long expired", claims -> claims.expirationTime(Date.from(Instant.EPOCH))),
                said("expired two minutes ago", claims -> claims.expirationTime(Date.from(now.minusSeconds(120)))),
                said("valid in two minutes", claims -> claims.notBeforeTime(Date.from(now.plusSeconds(120)))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"headersOfAForger", "partsOfGoodTokens", "claimsThatProveNothing"})
    void aForgedTokenIsUnauthenticatedWhomeverItNames(String what, String token) {
        Reply reply = ask(token);

        assertThat(reply.status()).isEqualTo(401);
        assertNothingIsTold(reply);
    }

    /** Whose claims are proven, but give nobody access: the tenant that they name may as well not exist. */
    @Test
    void aTenantThatIsClosedIsAnsweredAsOneThatNeverWas() {
        String closing = SERVICE.newTenant("closing-tenant");
        DATABASE.asOwner("set search_path = rhizome, public; set app.current_tenant = '" + closing + "'; "
                + "update tenants set status = 'closing' where tenant_id = '" + closing + "'");
        String deleted = SERVICE.newTenant("deleted-tenant");
        assertThat(SERVICE.raw(RunningService.OPERATOR)
                        .ask(Request.of("DELETE", "/v1/tenants/" + deleted))
                        .status())
                .isEqualTo(204);

        Reply never = ask(ISSUER.sign(claims(UUID.randomUUID().toString())));

        assertThat(never.status()).isEqualTo(403);
        assertThat(ask(ISSUER.sign(claims(closing))).text()).isEqualTo(never.text());
        assertThat(ask(ISSUER.sign(claims(deleted))).text()).isEqualTo(never.text());
    }

    /** The tenant of a token is its claim, whatever else it says. */
    @Test
    void claimsOfOtherNamesChooseNoTenant() {
        String token = ISSUER.sign(claims(own)
                .claim("tenant", victim)
                .claim("tenantId", victim)
                .claim("TENANT_ID", victim)
                .claim("app.current_tenant", victim));

        Reply reply = ask(token);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.headers().getFirst("X-Tenant-ID")).isEqualTo(own);
        assertNothingIsTold(reply);
    }

    private static Reply ask(String token) {
        return SERVICE.raw(token).ask(Request.of("GET", SEARCH), "X-Request-Id", "the-same");
    }

    private static void assertNothingIsTold(Reply reply) {
        assertThat(reply.text()).doesNotContain("zanzibar", victim, ISSUER.url(), "Exception", "eyJ");
        assertThat(String.valueOf(reply.headers())).doesNotContain(victim);
    }

    private static JWTClaimsSet.Builder claims(String tenant) {
        return ISSUER.claims(tenant, "admin");
    }

    private static Arguments said(String what, UnaryOperator<JWTClaimsSet.Builder> spoil) {
        return Arguments.of(what, ISSUER.sign(spoil.apply(claims(victim))));
    }

    private static Arguments forged(String what, UnaryOperator<JWSHeader.Builder> head) {
        try {
            JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                    .keyID(FORGER.getKeyID())
                    .type(JOSEObjectType.JWT);
            SignedJWT token =
                    new SignedJWT(head.apply(header).build(), claims(victim).build());
            token.sign(new RSASSASigner(FORGER));
            return Arguments.of(what, token.serialize());
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
