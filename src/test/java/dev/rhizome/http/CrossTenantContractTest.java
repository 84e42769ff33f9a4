package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.http.CrossTenantCases.Case;
import dev.rhizome.http.CrossTenantCases.Target;
import dev.rhizome.tenant.Role;
import dev.rhizome.testing.RunningService;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.server.PathContainer;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.util.pattern.PathPatternParser;
import org.yaml.snakeyaml.Yaml;

/**
 * Every route that the API describes, called with another tenant's ids: nothing is told, and nothing changed. A new route
 * fails {@link #everyRouteHasACase} until it has one in {@link CrossTenantCases}.
 */
class CrossTenantContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Map<Role, Stranger> STRANGERS = new EnumMap<>(Role.class);
    private static final List<Role> ROLES = List.of(Role.READER, Role.WRITER, Role.ADMIN);

    private static final List<String> OWN = List.of(
            "tenants",
            "api_keys",
            "entities",
            "relationships",
            "agent_profiles",
            "agent_capabilities",
            "agent_capabilities_graph",
            "agent_relationships");

    private static Target acme = new Target("", "", "", "", "");
    private static Target nobody = acme;
    private static WebTestClient owner = SERVICE.client(null);
    private static List<String> untouched = List.of();

    private record Stranger(String tenant, WebTestClient client) {}

    private record Answer(int status, String body) {}

    @BeforeAll
    static void aTenantWithAPlanItsRivalAndAKey() {
        String tenant = SERVICE.newTenant("acme-of-zanzibar");
        owner = SERVICE.client(SERVICE.newKey(tenant, "admin"));
        write(owner, "/v1/entities", """
                {"id":"acme-plan","type":"PLAN","name":"zanzibar plan","metadata":{"word":"zanzibar"}}
                {"id":"acme-rival","type":"PLAN","name":"zanzibar rival","metadata":{"word":"zanzibar"}}
                {"id":"own","type":"PLAN","name":"zanzibar as well"}
                """);
        write(owner, "/v1/relationships", """
                {"source":"acme-plan","target":"acme-rival","type":"KNOWS"}
                {"source":"own","target":"acme-plan","type":"KNOWS"}
                """);
        write(owner, "/v1/agents", """
                {"id":"acme-plan","name":"Plan","modelFamily":"m","capabilities":{"specializations":["zanzibar"]}}
                {"id":"acme-rival","name":"Rival","modelFamily":"m","capabilities":{"specializations":["zanzibar"]}}
                """);
        write(owner, "/v1/agents/acme-plan/capabilities", "{\"name\":\"zanzibar\",\"confidence\":1}");
        write(owner, "/v1/agents/relationships", """
                {"source":"acme-plan","target":"acme-rival","type":"SIMILAR_TO","confidence":1}
                """);
        writeOne("/v1/web/pages", "{\"url\":\"https://example.org/acme-plan\",\"content\":\"zanzibar\"}");
        writeOne("/v1/web/domains/acme-plan/outcomes", "{\"success\":true}");
        writeOne("/v1/web/traversals", "{\"id\":\"acme-plan\",\"startUrl\":\"https://example.org/\"}");
        String key = answer(owner.get().uri("/v1/tenants/" + tenant + "/keys"))
                .body()
                .replaceFirst(".*?\"id\":\"([^\"]*)\".*", "$1");
        acme = new Target(tenant, key, "acme-plan", "acme-rival", "zanzibar");
        nobody = new Target(id(), id(), "nobodys-plan", "nobodys-rival", "quagmire");
        untouched = acmesOwn();
        assertThat(untouched).hasSizeGreaterThan(OWN.size());
    }

    static Stream<Arguments> casesAndRoles() {
        return CrossTenantCases.all().stream().flatMap(one -> ROLES.stream().map(role -> Arguments.of(role, one)));
    }

    @Test
    void everyRouteHasACase() throws IOException {
        Map<String, Boolean> described = describedAndWhetherPublic();

        List<Case> cases = CrossTenantCases.all();

        assertThat(cases).extracting(Case::route).containsAll(described.keySet());
        assertThat(cases).allSatisfy(one -> {
            assertThat(described).containsEntry(one.route(), one.isPublic());
            assertThat(PathPatternParser.defaultInstance
                            .parse(one.pattern())
                            .matches(PathContainer.parsePath(one.uri().replaceFirst("\\?.*", ""))))
                    .isTrue();
        });
    }

    @ParameterizedTest
    @MethodSource("dev.rhizome.http.CrossTenantCases#all")
    void withoutATokenOnlyHealthAndTheDescriptionAnswer(Case one) {
        Answer answer = call(new Stranger(id(), SERVICE.client(null)), one, acme);

        assertThat(answer.status()).isEqualTo(one.isPublic() ? 200 : 401);
        assertThat(answer.body()).doesNotContain(acme.values());
    }

    @ParameterizedTest
    @MethodSource("dev.rhizome.http.CrossTenantCases#reads")
    void theOwnerItselfIsAnswered(Case one) {
        Answer answer = call(new Stranger(acme.tenant(), owner), one, acme);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).containsPattern("acme-(plan|rival)");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("casesAndRoles")
    void anotherTenantsIdsAreAnsweredAsIdsOfNobody(Role role, Case one) {
        Stranger stranger = one.isWrite() && one.expected(role) != 403 ? stranger(role) : shared(role);

        Answer theirs = call(stranger, one, acme);
        Answer nobodys = call(stranger, one, nobody);

        assertThat(theirs.status()).isEqualTo(one.expected(role));
        assertThat(theirs.body()).doesNotContain(hidden(stranger, one));
        if (!one.isPublic()) {
            assertThat(acme.blank(theirs.body())).isEqualTo(nobody.blank(nobodys.body()));
            assertThat(nobodys.status()).isEqualTo(theirs.status());
        }
        nothingOfAcmesChanged(one);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("casesAndRoles")
    void namingAnotherTenantInTheHeaderIsRefused(Role role, Case one) {
        Stranger stranger = shared(role);
        WebTestClient pretender = stranger.client()
                .mutate()
                .defaultHeader("X-Tenant-ID", acme.tenant())
                .build();

        Answer answer = call(new Stranger(stranger.tenant(), pretender), one, acme);

        assertThat(answer.status()).isEqualTo(one.isPublic() ? 200 : 403);
        assertThat(answer.body()).doesNotContain(acme.values());
        nothingOfAcmesChanged(one);
    }

    @AfterAll
    static void noReadChangedAnythingEither() {
        assertThat(acmesOwn()).isEqualTo(untouched);
    }

    private static void nothingOfAcmesChanged(Case by) {
        if (by.isWrite()) {
            assertThat(acmesOwn()).isEqualTo(untouched);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"READER", "WRITER", "ADMIN"})
    void aSearchForEverythingFindsOnesOwnThingsOnly(Role role) {
        Stranger stranger = stranger(role);

        Answer found = answer(stranger.client().get().uri("/v1/search?q=zanzibar plan rival&limit=200&hops=3"));

        assertThat(found.body())
                .contains("\"hits\":[{\"rank\":1,\"id\":\"own\",\"type\":\"T\",\"name\":\"a document of mine\"")
                .contains("\"related\":[]")
                .doesNotContain("\"rank\":2", "zanzibar", "acme");
    }

    /** What the answer must not contain at all: all of the tenant's that the caller did not send. */
    private static List<String> hidden(Stranger stranger, Case one) {
        String sent = acme.fill(uri(stranger, one) + one.body());
        return acme.values().stream().filter(value -> !sent.contains(value)).toList();
    }

    /** What a stranger's call must not change: each row of these tables, column by column. */
    private static List<String> acmesOwn() {
        String rows = OWN.stream()
                .map(table -> "select '%s ' || t::text from %s t".formatted(table, table))
                .collect(Collectors.joining(" union all "));
        return SERVICE.rows(acme.tenant(), rows + " order by 1");
    }

    private static void writeOne(String path, String json) {
        owner.post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(json)
                .exchange()
                .expectStatus()
                .is2xxSuccessful();
    }

    /** One for all calls that leave it as it is. */
    private static Stranger shared(Role role) {
        return STRANGERS.computeIfAbsent(role, CrossTenantContractTest::stranger);
    }

    private static Stranger stranger(Role role) {
        String tenant = SERVICE.newTenant("cross-" + NUMBER.incrementAndGet());
        write(
                SERVICE.client(SERVICE.newKey(tenant, "writer")),
                "/v1/entities",
                "{\"id\":\"own\",\"type\":\"T\",\"name\":\"a document of mine\"}");
        return new Stranger(tenant, SERVICE.client(SERVICE.newKey(tenant, role.label())));
    }

    private static Answer call(Stranger stranger, Case one, Target target) {
        WebTestClient.RequestBodySpec request = stranger.client()
                .method(one.method())
                .uri(target.fill(uri(stranger, one)))
                .header("X-Request-Id", "the-same")
                .header("Accept", one.type());
        String body = one.body();
        return answer(
                body == null
                        ? request
                        : request.contentType(MediaType.parseMediaType(one.type()))
                                .bodyValue(target.fill(body)));
    }

    private static String uri(Stranger stranger, Case one) {
        return one.uri().replace("{mine}", stranger.tenant());
    }

    /** The answer without the time it took, without when rows were counted or changed by this request, and without the ids of events, in which nobody can read but us. */
    private static Answer answer(WebTestClient.RequestHeadersSpec<?> request) {
        EntityExchangeResult<String> result =
                request.exchange().expectBody(String.class).returnResult();
        String body = Objects.requireNonNullElse(result.getResponseBody(), "");
        String lasting = body.replaceAll("\"tookMs\":[0-9.E-]+", "\"tookMs\":0")
                .replaceAll("\"(countedAt|createdAt|lastSuccessAt|updatedAt)\":\"[^\"]*\"", "\"$1\":\"\"")
                .replaceAll("(?m)^id:.*$", "id:");
        return new Answer(result.getStatus().value(), lasting);
    }

    private static void write(WebTestClient client, String path, String lines) {
        Answer answer = answer(client.method(HttpMethod.POST)
                .uri(path)
                .contentType(MediaType.APPLICATION_NDJSON)
                .bodyValue(lines));
        assertThat(answer.body()).contains("\"failed\":0");
    }

    private static Map<String, Boolean> describedAndWhetherPublic() throws IOException {
        try (InputStream document = new ClassPathResource("openapi.yaml").getInputStream()) {
            Map<String, Map<String, Map<String, Map<String, ?>>>> api = new Yaml().load(document);
            Map<String, Boolean> routes = new TreeMap<>();
            Objects.requireNonNull(api.get("paths"))
                    .forEach((path, methods) -> methods.forEach((method, operation) -> routes.put(
                            method.toUpperCase(Locale.ROOT) + " " + path, operation.containsKey("security"))));
            return routes;
        }
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }
}
