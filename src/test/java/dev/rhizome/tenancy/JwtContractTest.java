package dev.rhizome.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.database.Notifications;
import dev.rhizome.database.Servers;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.Overloaded;
import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.TokenIssuer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/** JWTs of a configured issuer over HTTP: what they open, and how each kind of bad one is refused. */
class JwtContractTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String SEARCH = "/v1/search?q=secret&legs=text";
    private static final TokenIssuer ISSUER = new TokenIssuer();
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE = RunningService.on(
            DATABASE, "--rhizome.jwt.issuer=" + ISSUER.url(), "--rhizome.jwt.audience=" + TokenIssuer.AUDIENCE);
    private static String tenant = "";

    @BeforeAll
    static void aTenantWithASecret() {
        tenant = SERVICE.newTenant("acme");
        put(SERVICE.newKey(tenant, "writer"), "secret").expectStatus().isCreated();
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
        ISSUER.close();
    }

    @Test
    void aReadersTokenFindsItsOwnTenantsThings() {
        String token = ISSUER.sign(ISSUER.claims(tenant, "reader"));

        get(token, SEARCH)
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.hits[0].id")
                .isEqualTo("secret");
    }

    @Test
    void anotherTenantsTokenFindsNothing() {
        String token = ISSUER.sign(ISSUER.claims(SERVICE.newTenant("stranger"), "admin"));

        get(token, SEARCH)
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.hits.length()")
                .isEqualTo(0);
        get(token, "/v1/entities/secret").expectStatus().isNotFound();
    }

    @Test
    void aWritersTokenWritesAsItsTenant() {
        String token = ISSUER.sign(ISSUER.claims(tenant, "writer"));

        put(token, "written").expectStatus().isCreated();

        get(SERVICE.newKey(tenant, "reader"), "/v1/entities/written")
                .expectStatus()
                .isOk();
    }

    @Test
    void aReadersTokenWritesNothing() {
        String token = ISSUER.sign(ISSUER.claims(tenant, "reader"));

        refused(put(token, "unwritten"), 403);

        get(token, "/v1/entities/unwritten").expectStatus().isNotFound();
    }

    @ParameterizedTest
    @CsvSource({
        "reader writer, 201",
        "writer auditor, 201",
        "admin,         201",
        "auditor,       403",
        "'unknown reader', 403"
    })
    void rolesMayBeWordsOfWhichTheMostPowerfulCounts(String roles, int status) {
        String token = ISSUER.sign(ISSUER.claims(tenant).claim("roles", roles));

        put(token, "by-" + roles.replace(' ', '-')).expectStatus().isEqualTo(status);
    }

    @Test
    void anAccessTokenOfRfc9068IsTaken() {
        String token = TokenIssuer.sign(ISSUER.claims(tenant, "reader"), ISSUER.key(), "at+jwt");

        get(token, SEARCH).expectStatus().isOk();
    }

    @Test
    void aTokenSignedWithAnEllipticCurveIsTaken() {
        String token = ISSUER.signWithCurve(ISSUER.claims(tenant, "reader"));

        get(token, SEARCH).expectStatus().isOk();
    }

    static Stream<Arguments> unprovenTokens() {
        Instant past = Instant.now().minusSeconds(3_600);
        return Stream.of(
                bad(
                        "expired",
                        claims -> claims.issueTime(Date.from(past.minusSeconds(60)))
                                .expirationTime(Date.from(past))),
                bad("not yet valid", claims -> claims.notBeforeTime(Date.from(past.plusSeconds(7_200)))),
                bad("valid for ever", claims -> claims.expirationTime(null)),
                bad("of another issuer", claims -> claims.issuer("http://localhost:1")),
                bad("of no issuer", claims -> claims.issuer(null)),
                bad("for another audience", claims -> claims.audience("somebody-else")),
                bad("for no audience", claims -> claims.audience((String) null)),
                Arguments.of("unsigned", new PlainJWT(claims().build()).serialize()),
                Arguments.of("signed by another", TokenIssuer.sign(claims(), TokenIssuer.newKey("other"), "JWT")),
                Arguments.of("signed in its name", TokenIssuer.sign(claims(), TokenIssuer.newKey("first"), "JWT")),
                Arguments.of("keyed with the public key", keyedWithThePublicKey()),
                Arguments.of("of another media type", TokenIssuer.sign(claims(), ISSUER.key(), "logout+jwt")),
                Arguments.of("altered", altered()),
                Arguments.of("cut", ISSUER.sign(claims()).replaceFirst("\\.[^.]*$", ".")),
                Arguments.of("no JWT", "a.b.c"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unprovenTokens")
    void aTokenThatProvesNothingIsUnauthenticated(String what, String token) {
        refused(get(token, SEARCH), 401);
        refused(put(token, "unwritten"), 401);
    }

    static Stream<Arguments> tokensThatGrantNothing() {
        return Stream.of(
                bad("no tenant", claims -> claims.claim("tenant_id", null)),
                bad("a tenant that is no UUID", claims -> claims.claim("tenant_id", "acme")),
                bad("a tenant that is a number", claims -> claims.claim("tenant_id", 7)),
                bad("several tenants", claims -> claims.claim("tenant_id", List.of(tenant))),
                bad(
                        "an unknown tenant",
                        claims -> claims.claim("tenant_id", UUID.randomUUID().toString())),
                bad("no roles", claims -> claims.claim("roles", null)),
                bad("an empty list of roles", claims -> claims.claim("roles", List.of())),
                bad("unknown roles", claims -> claims.claim("roles", List.of("root", "READER"))),
                bad("the operator's role", claims -> claims.claim("roles", List.of("operator"))),
                bad("roles that are an object", claims -> claims.claim("roles", Map.of("reader", true))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokensThatGrantNothing")
    void aProvenTokenThatGrantsNothingHereIsRefused(String what, String token) {
        refused(get(token, SEARCH), 403);
        refused(put(token, "unwritten"), 403);
    }

    @Test
    void whyATenantIsNotServedIsToldByAWord() {
        String unknown = UUID.randomUUID().toString();
        String suspended = SERVICE.newTenant("suspended-by-jwt");
        SERVICE.client(RunningService.OPERATOR)
                .patch()
                .uri("/v1/tenants/" + suspended)
                .bodyValue(Map.of("status", "suspended"))
                .exchange()
                .expectStatus()
                .isOk();

        isToldOf("tenant-unknown", unknown);
        isToldOf("tenant-suspended", suspended);
    }

    private static void isToldOf(String why, String named) {
        get(ISSUER.sign(ISSUER.claims(named, "admin")), SEARCH)
                .expectStatus()
                .isForbidden()
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:rhizome:problem:" + why);
    }

    @Test
    void aContradictingTenantHeaderIsRefused() {
        String token = ISSUER.sign(ISSUER.claims(SERVICE.newTenant("contrary"), "admin"));

        refused(
                SERVICE.client(token)
                        .get()
                        .uri(SEARCH)
                        .header("X-Tenant-ID", tenant)
                        .exchange(),
                403);
    }

    @Test
    void noTokenOfATenantManagesTenantsOrReadsMeters() {
        String token = ISSUER.sign(ISSUER.claims(tenant, "admin", "operator"));

        refused(get(token, "/v1/tenants"), 403);
        refused(get(token, "/actuator/prometheus"), 403);
    }

    @Test
    void aClosingTenantsTokenIsRefused() {
        String closing = SERVICE.newTenant("closing");
        DATABASE.asOwner("set search_path = rhizome, public; set app.current_tenant = '" + closing + "'; "
                + "update tenants set status = 'closing' where tenant_id = '" + closing + "'");

        refused(get(ISSUER.sign(ISSUER.claims(closing, "admin")), SEARCH), 403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reader", "writer"})
    void aDeletedTenantsTokenIsRefusedAtOnce(String role) {
        String doomed = SERVICE.newTenant("doomed-" + role);
        String token = ISSUER.sign(ISSUER.claims(doomed, role));
        get(token, SEARCH).expectStatus().isOk();

        SERVICE.client(RunningService.OPERATOR)
                .delete()
                .uri("/v1/tenants/" + doomed)
                .exchange()
                .expectStatus()
                .isNoContent();

        refused(get(token, SEARCH), 403);
        refused(put(token, "unwritten"), 403);
    }

    @Test
    void anIssuerThatCannotBeReachedIsNotTheTokensFault() {
        JwtProperties unreachable =
                new JwtProperties("http://localhost:1", "", TokenIssuer.AUDIENCE, "tenant_id", "roles");
        JwtAuthenticator authenticator = new JwtAuthenticator(
                unreachable,
                new SigningKeys(unreachable, LIMIT, InstantSource.system()),
                new ActiveTenants(
                        new TenantTransactions(DATABASE.pool(1)),
                        new AccessChanges(
                                new Notifications(new Servers(DatabaseSettings.from(DATABASE.variables(1)))))));

        authenticator
                .authenticate(ISSUER.sign(claims()))
                .as(Awaited::create)
                .expectError(Overloaded.class)
                .verify(LIMIT);
    }

    private static JWTClaimsSet.Builder claims() {
        return ISSUER.claims(tenant, "admin");
    }

    private static Arguments bad(String what, UnaryOperator<JWTClaimsSet.Builder> spoil) {
        return Arguments.of(what, ISSUER.sign(spoil.apply(claims())));
    }

    private static String keyedWithThePublicKey() {
        try {
            byte[] publicKey = ISSUER.key().toRSAPublicKey().getEncoded();
            JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256)
                    .keyID(ISSUER.key().getKeyID())
                    .build();
            SignedJWT token = new SignedJWT(header, claims().build());
            token.sign(new MACSigner(publicKey));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String altered() {
        String[] parts = ISSUER.sign(ISSUER.claims(tenant, "reader")).split("\\.", -1);
        String[] others = ISSUER.sign(claims()).split("\\.", -1);
        return parts[0] + "." + others[1] + "." + parts[2];
    }

    private static WebTestClient.ResponseSpec get(String token, String uri) {
        return SERVICE.client(token).get().uri(uri).exchange();
    }

    private static WebTestClient.ResponseSpec put(String token, String id) {
        return SERVICE.client(token)
                .post()
                .uri("/v1/entities")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Map.of("id", id, "type", "T", "name", "the " + id))
                .exchange();
    }

    /** Says the status, and nothing of the token, the tenant, its things or the issuer's side. */
    private static void refused(WebTestClient.ResponseSpec answer, int status) {
        byte[] body = answer.expectStatus()
                .isEqualTo(status)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo(status)
                .returnResult()
                .getResponseBody();

        assertThat(new String(Objects.requireNonNull(body), StandardCharsets.UTF_8))
                .doesNotContain(tenant, "secret", "agent-7", ISSUER.url(), "nimbus", "Exception", "eyJ");
    }
}
