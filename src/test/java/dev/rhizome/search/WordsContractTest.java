package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the text leg takes for the same word: what is misspelt, what a language bends, and what has been removed. */
class WordsContractTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE = RunningService.on(DATABASE);
    private static final WebTestClient OPERATOR = SERVICE.client(RunningService.OPERATOR);
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String VECTOR = "[1" + ",0".repeat(383) + "]";

    private Owner acme = new Owner("", SERVICE.client(null));

    /** A tenant, and a client that may write. */
    private record Owner(String tenant, WebTestClient client) {

        static Owner of(String tenant) {
            return new Owner(tenant, SERVICE.client(SERVICE.newKey(tenant, "writer")));
        }

        void put(String id, String name, String more) {
            String line = "{\"id\":\"%s\",\"type\":\"T\",\"name\":\"%s\",\"embedding\":%s%s}"
                    .formatted(id, name, VECTOR, more);
            String answer = client.method(HttpMethod.POST)
                    .uri("/v1/entities")
                    .contentType(MediaType.APPLICATION_NDJSON)
                    .bodyValue(line)
                    .exchange()
                    .expectBody(String.class)
                    .returnResult()
                    .getResponseBody();
            assertThat(answer).contains("\"failed\":0");
        }

        void remove(String id) {
            client.delete().uri("/v1/entities/" + id).exchange().expectStatus().isNoContent();
        }

        List<String> find(String words) {
            byte[] answer = client.get()
                    .uri("/v1/search?legs=text&q={words}", words)
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectBody()
                    .returnResult()
                    .getResponseBody();
            JsonNode hits =
                    JsonMapper.shared().readTree(Objects.requireNonNull(answer)).path("hits");
            return StreamSupport.stream(hits.spliterator(), false)
                    .map(hit -> hit.path("id").asString())
                    .toList();
        }

        List<String> sql(String query) throws SQLException {
            return DATABASE.asApplication(UUID.fromString(tenant), query);
        }
    }

    @BeforeEach
    void aNewTenant() {
        acme = Owner.of(SERVICE.newTenant("words-" + NUMBER.incrementAndGet()));
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kuberntes", "Kubernets", "kubernettes", "cluster kuberntes"})
    void aMisspeltNameFindsTheThing(String misspelt) {
        acme.put("k8s", "Kubernetes", ",\"text\":\"runs containers\"");
        acme.put("other", "Cabernet", ",\"text\":\"a wine\"");

        assertThat(acme.find(misspelt)).containsExactly("k8s");
        assertThat(acme.find("kubernetes")).containsExactly("k8s");
    }

    @Test
    void aWordThatIsKnownIsTakenAsItIs() {
        acme.put("planet", "planet", "");
        acme.put("planetoid", "planetoid", "");

        assertThat(acme.find("planet")).containsExactly("planet");
        assertThat(acme.find("planettoid")).containsExactly("planetoid", "planet");
    }

    @ParameterizedTest
    @CsvSource({"release20261, release20262", "from-abce, from-abcd", "abcd, abce", "v1.20.30, v1.20.31"})
    void wordsOfMoreThanLettersAndShortOnesAreNotGuessed(String name, String other) {
        acme.put("it", name, "");

        assertThat(acme.find(name)).containsExactly("it");
        assertThat(acme.find(other)).isEmpty();
    }

    @Test
    void onlyNamesTeachSpelling() {
        acme.put("it", "a document", ",\"text\":\"zanzibar\"");

        assertThat(acme.find("zanzibar")).containsExactly("it");
        assertThat(acme.find("zanzibr")).isEmpty();
    }

    @Test
    void anotherTenantsSpellingIsNotUsed() throws SQLException {
        Owner other = Owner.of(SERVICE.newTenant("words-" + NUMBER.incrementAndGet()));
        other.put("theirs", "Zanzibar", "");
        acme.put("mine", "a document", ",\"text\":\"zanzibar\"");

        assertThat(other.find("zanzibr")).containsExactly("theirs");
        assertThat(acme.find("zanzibr")).isEmpty();
        assertThat(acme.sql("select distinct term from search_vocabulary")).containsExactly("document");
    }

    @Test
    void spellingsOfWhatIsGoneDoNotHideThoseThatAreThere() {
        for (String gone : List.of("grapefruita", "grapefruitb", "grapefruitc", "grapefruitd")) {
            acme.put(gone, gone, "");
            acme.remove(gone);
        }
        acme.put("there", "grapefruitz", "");

        assertThat(acme.find("grapefruitx")).containsExactly("there");
    }

    @Test
    void aWordMisspeltInTwoWaysCountsOnce() {
        acme.put("k8s", "Kubernetes", "");

        double once = score("kuberntes");
        double twice = score("kuberntes kubernettes");

        assertThat(twice).isLessThan(1.5 * once);
    }

    private double score(String words) {
        byte[] answer = acme.client()
                .get()
                .uri("/v1/search?legs=text&q={words}", words)
                .exchange()
                .expectBody()
                .returnResult()
                .getResponseBody();
        return JsonMapper.shared()
                .readTree(Objects.requireNonNull(answer))
                .at("/hits/0/legs/text/score")
                .asDouble();
    }

    @ParameterizedTest
    @CsvSource({
        "english, a running clock,   run,     true",
        "english, the houses,        house,   true",
        "english, viele Häuser,      Haus,    false",
        "german,  viele Häuser,      Haus,    true",
        "german,  a running clock,   run,     false",
        "simple,  a running clock,   run,     false",
        "simple,  a running clock,   RUNNING, true",
        "simple,  the houses,        the,     true",
        "english, the houses,        the,     false"
    })
    void theTenantsLanguageBendsWords(String language, String text, String word, boolean found) {
        Owner speaker = Owner.of(tenant(Map.of("language", language)));
        speaker.put("it", "x", ",\"text\":\"" + text + "\"");

        assertThat(speaker.find(word)).hasSize(found ? 1 : 0);
    }

    @Test
    void theLanguageChangesWhileNothingIsIndexed() {
        change("german")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.language")
                .isEqualTo("german");
        acme.put("it", "x", ",\"text\":\"viele Häuser\"");

        assertThat(acme.find("Haus")).containsExactly("it");
    }

    @Test
    void theLanguageStaysWhereTextsAreIndexed() {
        acme.put("it", "x", ",\"text\":\"running\"");

        change("german")
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.detail")
                .value(detail -> assertThat(String.valueOf(detail)).contains("german", "expected: english"));
        change("english").expectStatus().isOk();
        assertThat(acme.find("run")).containsExactly("it");
        acme.remove("it");
        change("german").expectStatus().isOk();
    }

    @ParameterizedTest
    @ValueSource(strings = {"klingon", "English", "pg_catalog.english", "english'; drop table tenants; --", ""})
    void anUnknownLanguageIsRefusedNamingTheChoices(String language) {
        change(language)
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.errors[0].field")
                .isEqualTo("language")
                .jsonPath("$.detail")
                .value(detail -> assertThat(String.valueOf(detail)).contains("english", "german", "simple"));
    }

    private WebTestClient.ResponseSpec change(String language) {
        return OPERATOR.patch()
                .uri("/v1/tenants/" + acme.tenant())
                .bodyValue(Map.of("language", language))
                .exchange();
    }

    @Test
    void whatIsRemovedLeavesNoTermAndNoFacet() throws SQLException {
        acme.put("one", "first document", ",\"text\":\"words\",\"metadata\":{\"colour\":\"red\",\"n\":1.50}");
        acme.put("two", "second document", ",\"metadata\":{\"colour\":\"red\"}");
        acme.remove("one");

        assertThat(acme.sql("select distinct document_id from search_terms")).containsExactly("two");
        acme.remove("two");
        assertThat(acme.sql("""
                select (select count(*) from search_terms) + (select count(*) from hybrid_search_index)
                       + (select count(*) from vectors)
                """)).containsExactly("0");
    }

    @Test
    void facetsFollowTypeAndMetadata() throws SQLException {
        acme.put("it", "x", ",\"metadata\":{\"colour\":\"red\",\"n\":1.50,\"flag\":true,\"list\":[1],\"void\":null}");
        assertThat(filterTerms()).containsExactly("mcolour=sred", "mflag=btrue", "mn=n1.5", "tT");

        acme.put("it", "x", ",\"metadata\":{\"colour\":\"blue\",\"n\":\"1.5\",\"long\":\"" + "x".repeat(300) + "\"}");
        assertThat(filterTerms()).containsExactly("mcolour=sblue", "mn=s1.5", "tT");
    }

    @Test
    void metadataWhoseFacetsCollideIsTaken() throws SQLException {
        acme.put("it", "x", ",\"metadata\":{\"a=s\":\"b\",\"a\":\"=sb\"}");

        assertThat(filterTerms()).containsExactly("ma=s=sb", "tT");
    }

    private List<String> filterTerms() throws SQLException {
        return acme.sql("select substr(term, 2) from search_terms where term < ' ' order by 1");
    }

    private static String tenant(Map<String, String> more) {
        Map<String, String> body = new java.util.HashMap<>(more);
        body.put("slug", "words-" + NUMBER.incrementAndGet());
        Map<?, ?> made = OPERATOR.post()
                .uri("/v1/tenants")
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody(Map.class)
                .returnResult()
                .getResponseBody();
        return String.valueOf(Objects.requireNonNull(made).get("id"));
    }
}
