package dev.rhizome.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.testing.Api;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.VectorHomes;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Two tenants, of which one lets the other read. What a guest could do in SQL, GuestIntegrationTest shows. */
class SharingContractTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    /**
     * Counts a tenant's words for each search, so that scores do not depend on when it was searched last, and looks into an index of
     * more than 20 things.
     */
    private static final RunningService SERVICE = RunningService.on(
            DATABASE,
            "--DB_POOL_MAX=4",
            "--rhizome.indexing.profile-age=0s",
            "--rhizome.search.vector.exact-below=20",
            "--rhizome.search.vector.index-row-micros=0.01");

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private static final Map<String, String> THINGS = Map.of(
            "clock",
                    "{\"id\":\"clock\",\"type\":\"DEVICE\",\"name\":\"harbour clock\",\"metadata\":{\"floor\":1,\"open\":true}}",
            "crane", "{\"id\":\"crane\",\"type\":\"DEVICE\",\"name\":\"harbour crane\",\"metadata\":{\"floor\":2}}",
            "pilot", "{\"id\":\"pilot\",\"type\":\"PERSON\",\"name\":\"harbour pilot\",\"metadata\":{\"open\":true}}",
            "ledger", "{\"id\":\"ledger\",\"type\":\"SECRET\",\"name\":\"harbour ledger\",\"metadata\":{\"floor\":1}}");

    /** A tenant with the things, which shares what its admin grants. */
    private record Owner(String id, String slug, Api admin) {

        static Owner create() {
            String slug = "owner-" + NUMBER.incrementAndGet();
            String id = SERVICE.newTenant(slug);
            Owner owner = new Owner(id, slug, Api.of(SERVICE, id, "admin"));
            owner.becomes("shared");
            assertThat(owner.admin.lines("/v1/entities", String.join("\n", THINGS.values())))
                    .hasSize(THINGS.size() + 1);
            return owner;
        }

        void becomes(String isolation) {
            Answer changed =
                    Api.ofOperator(SERVICE).patch("/v1/tenants/" + id, "{\"isolation\":\"%s\"}".formatted(isolation));
            assertThat(changed.status()).as(changed.body().toString()).isEqualTo(200);
        }

        /** The id of a new grant to {@code guest} of {@code things}. */
        @CanIgnoreReturnValue
        String grants(Guest guest, String things) {
            return admin.posted("/v1/grants", "{\"tenant\":\"%s\",\"name\":\"G\",%s}".formatted(guest.id, things))
                    .path("id")
                    .asString();
        }
    }

    /** A tenant with one thing, whose id the owner has used, too. */
    private record Guest(String id, Api reader) {

        static Guest create() {
            String id = SERVICE.newTenant("guest-" + NUMBER.incrementAndGet());
            Api.of(SERVICE, id, "writer")
                    .posted("/v1/entities", "{\"id\":\"clock\",\"type\":\"DEVICE\",\"name\":\"my clock\"}");
            return new Guest(id, Api.of(SERVICE, id, "reader"));
        }

        @CanIgnoreReturnValue
        JsonNode search(String tenants) {
            return reader.get("/v1/search?q=harbour&limit=50&tenants=" + tenants);
        }

        /** Ids of the owner's things that a search of those alone finds. */
        List<String> finds(Owner owner) {
            List<String> ids = ids(search(owner.slug()));
            assertThat(ids(reader.get("/v1/search?q=harbour&legs=text&limit=50&tenants=" + owner.slug())))
                    .containsExactlyInAnyOrderElementsOf(ids);
            return ids.stream().sorted().toList();
        }

        Answer asks(Owner owner) {
            return reader.ask("/v1/search?q=harbour&tenants=own," + owner.slug());
        }
    }

    private static List<String> ids(JsonNode found) {
        return found.path("hits")
                .valueStream()
                .map(hit -> hit.path("id").asString())
                .toList();
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    static Stream<Arguments> grants() {
        return Stream.of(
                of("\"everything\":true", "clock crane ledger pilot"),
                of("\"types\":[\"DEVICE\"]", "clock crane"),
                of("\"types\":[\"DEVICE\",\"PERSON\"]", "clock crane pilot"),
                of("\"filter\":{\"open\":true}", "clock pilot"),
                of("\"types\":[\"DEVICE\"],\"filter\":{\"open\":true}", "clock"),
                of("\"types\":[\"SECRET\"],\"filter\":{\"open\":true}", ""),
                of("\"ids\":[\"crane\",\"nothing\"]", "crane"));
    }

    private static Arguments of(String things, String found) {
        return Arguments.of(things, found);
    }

    @ParameterizedTest
    @MethodSource("grants")
    void aGuestFindsAndReadsWhatIsGrantedAndNothingElse(String things, String granted) {
        Owner owner = Owner.create();
        Guest guest = Guest.create();

        owner.grants(guest, things);

        List<String> expected = granted.isEmpty() ? List.of() : List.of(granted.split(" ", -1));
        assertThat(guest.finds(owner)).isEqualTo(expected);
        for (String id : THINGS.keySet()) {
            assertThat(guest.reader()
                            .ask("/v1/shared/" + owner.slug() + "/entities/" + id)
                            .status())
                    .as(id)
                    .isEqualTo(expected.contains(id) ? 200 : 404);
        }
    }

    @Test
    void severalGrantsAddUp() {
        Owner owner = Owner.create();
        Guest guest = Guest.create();
        owner.grants(guest, "\"ids\":[\"crane\"]");
        owner.grants(guest, "\"types\":[\"PERSON\"],\"filter\":{\"open\":true}");

        assertThat(guest.finds(owner)).containsExactly("crane", "pilot");
    }

    @Test
    void ownAndSharedThingsAreOneListThatSaysWhoseTheyAre() {
        Owner owner = Owner.create();
        Guest guest = Guest.create();
        owner.grants(guest, "\"ids\":[\"clock\"]");

        JsonNode found = guest.reader().get("/v1/search?q=clock&explain=true&tenants=own," + owner.slug());

        assertThat(found.path("hits")
                        .valueStream()
                        .map(hit -> hit.path("id").asString() + " of "
                                + hit.path("tenant").asString("own")))
                .containsExactlyInAnyOrder("clock of own", "clock of " + owner.slug());
        List<Double> scores = found.path("hits")
                .valueStream()
                .map(hit -> hit.path("score").asDouble())
                .toList();
        assertThat(scores).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(ids(guest.reader().get("/v1/search?q=clock"))).containsExactly("clock");
        assertThat(ids(guest.search("own"))).containsExactly("clock");
    }

    @Test
    void aSearchByDocumentAndOneInStagesKeepBothTenantsApart() {
        Owner owner = Owner.create();
        Guest guest = Guest.create();
        owner.grants(guest, "\"everything\":true");
        String both = "own," + owner.slug();

        JsonNode byDocument = guest.reader().get("/v1/search?q=clock&groupBy=document&tenants=" + both);
        assertThat(byDocument
                        .path("hits")
                        .valueStream()
                        .filter(hit -> hit.path("id").asString().equals("clock")))
                .hasSize(2);
        JsonNode diverse = guest.reader().get("/v1/search?q=clock&diversity=0.5&tenants=" + both);
        assertThat(ids(diverse).stream().filter("clock"::equals)).hasSize(2);
        JsonNode lines = guest.reader().lines("/v1/search/batch", """
                {"query":"harbour","tenants":["%s"],"legs":["text"]}
                {"query":"harbour","tenants":["nobody"]}""".formatted(owner.slug()));
        assertThat(lines.valueStream().filter(line -> line.path("line").asInt() == 1))
                .singleElement()
                .satisfies(line -> assertThat(ids(line)).hasSize(4));
        assertThat(lines.valueStream().filter(line -> line.path("line").asInt() == 2))
                .singleElement()
                .satisfies(line ->
                        assertThat(line.path("problem").path("status").asInt()).isEqualTo(400));
    }

    /** Neither how many there are nor how often they say a word. */
    @Test
    void whatIsNotSharedDoesNotShowInTheScores() {
        Owner owner = Owner.create();
        Guest guest = Guest.create();
        owner.grants(guest, "\"types\":[\"DEVICE\"]");
        String before = guest.search(owner.slug()).path("hits").toString();

        String more = IntStream.range(0, 100)
                .mapToObj(
                        "{\"id\":\"s%1$d\",\"type\":\"SECRET\",\"name\":\"harbour harbour clock crane %1$d\"}"
                                ::formatted)
                .collect(Collectors.joining("\n"));
        assertThat(owner.admin().lines("/v1/entities", more)).hasSize(101);

        assertThat(guest.search(owner.slug()).path("hits").toString()).isEqualTo(before);
    }

    /** Its vectors are in a table of its own, which was made while the service runs, and have an index. */
    @Test
    void ofALargeTenantAGuestFindsWhatIsGrantedToo() throws SQLException {
        Owner owner = Owner.create();
        Guest guest = Guest.create();
        String many = IntStream.range(0, 200)
                .mapToObj(i -> "{\"id\":\"pier-%1$d\",\"type\":\"%2$s\",\"name\":\"pier %1$d of the harbour\"}"
                        .formatted(i, i % 2 == 0 ? "PIER" : "SECRET"))
                .collect(Collectors.joining("\n"));
        assertThat(owner.admin().lines("/v1/entities", many)).hasSize(201);
        assertThat(VectorHomes.move(DATABASE, UUID.fromString(owner.id()), "indexed"))
                .startsWith("vectors_t");
        owner.grants(guest, "\"types\":[\"PIER\"]");

        JsonNode found = guest.reader().get("/v1/search?q=pier&legs=vector&limit=60&tenants=" + owner.slug());

        assertThat(found.at("/done/legs/vector/plan").asString()).isEqualTo("hnsw");
        assertThat(found.path("hits").valueStream().map(hit -> hit.path("type").asString()))
                .hasSize(60)
                .containsOnly("PIER");
        owner.grants(guest, "\"ids\":[\"pier-1\"]");
        assertThat(ids(guest.reader().get("/v1/search?q=pier&limit=200&tenants=" + owner.slug())))
                .hasSize(101)
                .contains("pier-1");
    }

    @Test
    void whoSharesNothingIsAnsweredLikeWhoDoesNotExist() {
        Owner owner = Owner.create();
        Guest guest = Guest.create();
        owner.grants(Guest.create(), "\"everything\":true");

        String refused = said(guest.asks(owner), owner.slug());

        assertThat(refused).contains("\"status\":400", "\"field\":\"tenants\"");
        assertThat(said(guest.reader().ask("/v1/search?q=harbour&tenants=own,nobody-has-this"), "nobody-has-this"))
                .isEqualTo(refused);
        assertThat(said(guest.reader().ask("/v1/shared/" + owner.slug() + "/entities/clock"), owner.slug()))
                .isEqualTo(said(guest.reader().ask("/v1/shared/nobody-has-this/entities/clock"), "nobody-has-this"));
        assertThat(guest.reader().get("/v1/shared").path("items")).isEmpty();
    }

    private static String said(Answer answer, String slug) {
        return answer.body().toString().replace(slug, "…").replaceAll("\"requestId\":\"[^\"]*\"", "");
    }

    @Test
    void aRevokedGrantHoldsForNoLaterSearch() {
        Owner owner = Owner.create();
        Guest guest = Guest.create();
        String grant = owner.grants(guest, "\"everything\":true");
        assertThat(guest.asks(owner).status()).isEqualTo(200);

        assertThat(owner.admin().delete("/v1/grants/" + grant).status()).isEqualTo(204);

        assertThat(guest.asks(owner).status()).isEqualTo(400);
        assertThat(owner.admin().delete("/v1/grants/" + grant).status()).isEqualTo(204);
        assertThat(owner.admin().get("/v1/grants/" + grant).path("revokedAt").asString())
                .isNotEmpty();
    }

    @Test
    void aGrantEndsByItself() {
        Owner owner = Owner.create();
        Guest guest = Guest.create();
        Instant end = Instant.now().plusSeconds(3);
        owner.grants(guest, "\"everything\":true,\"expiresAt\":\"%s\"".formatted(end));
        assertThat(guest.asks(owner).status()).isEqualTo(200);

        Mono.delay(Duration.between(Instant.now(), end.plusMillis(50))).block();

        assertThat(guest.asks(owner).status()).isEqualTo(400);
        assertThat(guest.reader().get("/v1/shared").path("items")).isEmpty();
    }

    @Test
    void atTheLevelStrictNothingIsGrantedAndNothingIsRead() {
        Owner owner = Owner.create();
        Guest guest = Guest.create();
        owner.grants(guest, "\"everything\":true");

        owner.becomes("strict");

        assertThat(guest.asks(owner).status()).isEqualTo(400);
        Answer refused = owner.admin()
                .post("/v1/grants", "{\"tenant\":\"%s\",\"name\":\"G\",\"everything\":true}".formatted(guest.id()));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body().path("detail").asString()).contains("isolation");
        owner.becomes("shared");
        assertThat(guest.asks(owner).status()).isEqualTo(200);
    }

    @Test
    void aSuspendedOwnerShowsNothing() {
        Owner owner = Owner.create();
        Guest guest = Guest.create();
        owner.grants(guest, "\"everything\":true");

        assertThat(Api.ofOperator(SERVICE)
                        .patch("/v1/tenants/" + owner.id(), "{\"status\":\"suspended\"}")
                        .status())
                .isEqualTo(200);

        assertThat(guest.asks(owner).status()).isEqualTo(400);
    }

    @Test
    void bothSidesHaveItInTheirLogsAlsoWhenOneIsGone() throws SQLException {
        Owner owner = Owner.create();
        Guest guest = Guest.create();
        String grant = owner.grants(guest, "\"everything\":true");
        guest.search(owner.slug());
        assertThat(guest.reader()
                        .ask("/v1/shared/" + owner.slug() + "/entities/crane")
                        .status())
                .isEqualTo(200);
        owner.admin().delete("/v1/grants/" + grant);
        Api auditor = Api.of(SERVICE, guest.id(), "auditor");

        List<String> ofGuest = actions(auditor.get("/v1/accesses"));
        List<String> ofOwner = actions(Api.of(SERVICE, owner.id(), "auditor").get("/v1/accesses?tenant=" + guest.id()));

        assertThat(ofGuest)
                .isEqualTo(ofOwner)
                .containsExactly(
                        "revoked " + grant,
                        "read crane",
                        "searched aa74f6fd03bf68be7e0f4bd06cae61a72ab8025b50d00888f3e1068f22067463",
                        "granted " + grant);
        assertThat(actions(auditor.get("/v1/accesses?action=read"))).containsExactly("read crane");
        assertThat(Api.ofOperator(SERVICE).delete("/v1/tenants/" + owner.id()).status())
                .isEqualTo(204);
        assertThat(actions(auditor.get("/v1/accesses"))).isEqualTo(ofGuest);
        assertThat(DATABASE.readAsAdministrator(
                        "select count(*) from rhizome.tenant_access_log where tenant_id = '" + owner.id() + "'"))
                .containsExactly("4");
    }

    private static List<String> actions(JsonNode page) {
        return page.path("items")
                .valueStream()
                .map(entry -> entry.path("action").asString() + " "
                        + entry.path("subject").asString())
                .toList();
    }

    @Test
    void onlyAdminsGrantAndOnlyAuditorsSeeTheLog() {
        Guest guest = Guest.create();
        Api writer = Api.of(SERVICE, guest.id(), "writer");

        assertThat(writer.post("/v1/grants", "{}").status()).isEqualTo(403);
        assertThat(writer.ask("/v1/grants").status()).isEqualTo(403);
        assertThat(writer.ask("/v1/accesses").status()).isEqualTo(403);
        assertThat(Api.of(SERVICE, guest.id(), "admin").ask("/v1/accesses").status())
                .isEqualTo(403);
    }

    static Stream<Arguments> badGrants() {
        return Stream.of(
                of("", "types"),
                of(",\"everything\":false", "types"),
                of(",\"everything\":true,\"types\":[\"T\"]", "everything"),
                of(",\"ids\":[\"a\"],\"filter\":{}", "ids"),
                of(",\"ids\":[\"a\"],\"types\":[\"T\"]", "ids"),
                of(",\"types\":[\"small\"]", "types"),
                of(",\"filter\":[]", "filter"),
                of(",\"everything\":true,\"expiresAt\":\"2001-01-01T00:00:00Z\"", "expiresAt"));
    }

    @ParameterizedTest
    @MethodSource("badGrants")
    void aGrantThatIsNotUnderstoodNamesTheField(String fields, String field) {
        Owner owner = Owner.create();

        Answer answer = owner.admin()
                .post("/v1/grants", "{\"tenant\":\"%s\",\"name\":\"G\"%s}".formatted(UUID.randomUUID(), fields));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("errors").path(0).path("field").asString())
                .isEqualTo(field);
    }

    /** A grant that nobody can use: whether the tenant exists is not told. */
    @Test
    void aTenantThatIsNotThereIsGrantedLikeAnyOther() {
        Owner owner = Owner.create();

        JsonNode grant = owner.admin()
                .posted(
                        "/v1/grants",
                        "{\"tenant\":\"%s\",\"name\":\"G\",\"everything\":true}".formatted(UUID.randomUUID()));

        assertThat(grant.path("things").isEmpty()).isTrue();
        assertThat(owner.admin()
                        .post(
                                "/v1/grants",
                                "{\"tenant\":\"%s\",\"name\":\"G\",\"everything\":true}".formatted(owner.id()))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aHundredGrantsForOneTenantAreEnough() {
        Owner owner = Owner.create();
        Guest guest = Guest.create();
        String first = owner.grants(guest, "\"ids\":[\"clock\"]");
        IntStream.range(1, GrantRepository.MOST_OF_GUEST)
                .forEach(i -> owner.grants(guest, "\"ids\":[\"x%d\"]".formatted(i)));
        String body = "{\"tenant\":\"%s\",\"name\":\"G\",\"everything\":true}".formatted(guest.id());

        Answer refused = owner.admin().post("/v1/grants", body);

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body().path("detail").asString()).contains("100", "revoke");
        owner.admin().delete("/v1/grants/" + first);
        assertThat(owner.admin().post("/v1/grants", body).status()).isEqualTo(201);
    }
}
