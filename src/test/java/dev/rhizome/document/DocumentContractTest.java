package dev.rhizome.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.testing.Api;
import dev.rhizome.testing.Pdfs;
import dev.rhizome.testing.RawClient;
import dev.rhizome.testing.RawClient.Reply;
import dev.rhizome.testing.RawClient.Request;
import dev.rhizome.testing.RunningService;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** Documents over HTTP: what goes in, how it is found, what changes, and what is gone. */
class DocumentContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String DOCUMENTS = "/v1/documents";
    private static final int PARTS = 6;

    private Api writer = Api.ofOperator(SERVICE);
    private RawClient raw = SERVICE.raw("");

    @BeforeEach
    void aTenantWithoutDocuments() {
        String tenant = SERVICE.newTenant("library-" + NUMBER.incrementAndGet());
        writer = Api.of(SERVICE, tenant, "writer");
        raw = SERVICE.raw(SERVICE.newKey(tenant, "writer"));
    }

    private Reply send(String parameters, String type, byte[] body) {
        return raw.ask(new Request("POST", DOCUMENTS + parameters, type, body));
    }

    @CanIgnoreReturnValue
    private Reply send(String parameters, String type, String body) {
        return send(parameters, type, body.getBytes(StandardCharsets.UTF_8));
    }

    /** A handbook whose parts each are a chunk. */
    private static String handbook(String... subjects) {
        return List.of(subjects).stream()
                .map(subject -> "# About " + subject + "\n\n"
                        + IntStream.range(0, 12)
                                .mapToObj(i -> "Sentence " + i + " tells what " + subject + " is good for. ")
                                .collect(Collectors.joining()))
                .collect(Collectors.joining("\n\n"));
    }

    private Map<String, String> chunks(String id) {
        Map<String, String> chunks = new HashMap<>();
        writer.all(DOCUMENTS + "/" + id + "/chunks", 2)
                .forEach(chunk -> chunks.put(
                        chunk.path("id").asString(), chunk.path("heading").asString()));
        return chunks;
    }

    private JsonNode hits(String query, String leg, String shelf) {
        return writer.posted(
                        "/v1/search",
                        "{\"query\":\"" + query + "\",\"legs\":[\"" + leg + "\"],\"filter\":{\"shelf\":\"" + shelf
                                + "\"}}")
                .path("hits");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/plain            | The quokka eats leaves.",
                "text/markdown         | The *quokka* eats leaves.",
                "text/html             | <h1>Animals</h1><p>The <b>quokka</b> eats leaves.",
                "text/html;charset=utf-8 | <p>The quokka eats leaves.",
            })
    void aDocumentIsFoundByItsChunk(String type, String body) {
        Reply stored = send("?id=zoo&url=https://example.org/zoo&metadata=%7B%22shelf%22:%227%22%7D", type, body);

        assertThat(stored.status()).as(stored.text()).isEqualTo(201);
        assertThat(stored.json().path("chunks").asInt()).isEqualTo(1);
        for (String legs : List.of("text", "vector")) {
            JsonNode hit = hits("quokka", legs, "7").path(0);
            assertThat(hit.path("id").asString()).isEqualTo("document:zoo#1");
            assertThat(hit.path("type").asString()).isEqualTo("DOCUMENT_CHUNK");
            assertThat(hit.path("metadata").path("document").asString()).isEqualTo("zoo");
            assertThat(hit.path("metadata").path("url").asString()).isEqualTo("https://example.org/zoo");
        }
        assertThat(writer.get("/v1/documents/zoo").path("text").asString()).contains("The quokka eats leaves.");
        assertThat(writer.each("/v1/entities/document:zoo/neighbours?direction=out", "id"))
                .containsExactly("document:zoo#1");
        assertThat(writer.each(DOCUMENTS + "?url=https://example.org/zoo", "id"))
                .containsExactly("zoo");
    }

    @Test
    void aPdfIsFoundOnItsPage() {
        byte[] pdf = Pdfs.of("Animals", List.of(List.of("Koalas sleep."), List.of("The quokka smiles.")));

        Reply stored = send("?id=zoo", "application/pdf", pdf);

        assertThat(stored.status()).as(stored.text()).isEqualTo(201);
        JsonNode document = writer.get("/v1/documents/zoo");
        assertThat(document.path("title").asString()).isEqualTo("Animals");
        assertThat(document.path("pages").asInt()).isEqualTo(2);
        assertThat(document.path("bytes").asInt()).isEqualTo(pdf.length);
        assertThat(writer.get("/v1/documents/zoo/chunks")
                        .path("items")
                        .path(0)
                        .path("page")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void aNameSaysTheTitleOnce() {
        send("?id=bees", "text/markdown", "# Bees\n\n## Food\n\nNectar.");
        send("?id=wasps&title=Insects", "text/markdown", "# Wasps\n\n## Food\n\nFlies.");

        assertThat(writer.each("/v1/documents/bees/chunks", "name")).containsExactly("Bees › Food");
        assertThat(writer.each("/v1/documents/wasps/chunks", "name")).containsExactly("Insects › Wasps › Food");
    }

    @Test
    void whatIsSentAgainIsUnchangedWhateverItsId() {
        for (String parameters : List.of("?id=a", "?url=https://example.org/b", "")) {
            assertThat(send(parameters, "text/plain", "The same.").status()).isEqualTo(201);
            Reply again = send(parameters, "text/plain", "The same.");
            assertThat(again.status()).isEqualTo(200);
            assertThat(again.json().path("status").asString()).isEqualTo("unchanged");
        }
        assertThat(writer.all(DOCUMENTS, 1)).hasSize(3);
    }

    /** What stays keeps its ids, whatever is put in front of it or taken out; and no number comes twice. */
    @Test
    void aChangedDocumentChangesOnlyWhatChanged() {
        send("?id=book&title=Book", "text/markdown", handbook("ants", "bees", "cats"));
        Map<String, String> before = chunks("book");
        assertThat(before.values()).contains("About ants", "About bees", "About cats");

        Reply changed = send("?id=book&title=Book", "text/markdown", handbook("dogs", "ants", "cats"));

        assertThat(changed.json().path("status").asString()).isEqualTo("updated");
        Map<String, String> after = chunks("book");
        before.forEach((id, heading) -> {
            if (heading.equals("About bees")) {
                assertThat(after).doesNotContainKey(id);
                assertThat(writer.ask("/v1/entities/" + id.replace("#", "%23")).status())
                        .isEqualTo(404);
            } else {
                assertThat(after).containsEntry(id, heading);
            }
        });
        assertThat(writer.get("/v1/search?q=bees&legs=text").path("hits")).isEmpty();
        send("?id=book&title=Book", "text/markdown", handbook("dogs", "ants", "cats", "bees"));
        assertThat(chunks("book").entrySet().stream()
                        .filter(chunk -> chunk.getValue().equals("About bees"))
                        .map(Map.Entry::getKey))
                .isNotEmpty()
                .doesNotContainAnyElementsOf(before.keySet());
    }

    @Test
    void newMetadataIsThatOfTheChunksThatStay() {
        send("?id=book&metadata=%7B%22shelf%22:%221%22%7D", "text/markdown", handbook("ants"));
        String id = chunks("book").keySet().iterator().next();

        send("?id=book&metadata=%7B%22shelf%22:%222%22%7D", "text/markdown", handbook("ants"));

        assertThat(chunks("book")).containsKey(id);
        assertThat(hits("ants", "vector", "2")).isNotEmpty();
        assertThat(hits("ants", "vector", "1")).isEmpty();
        assertThat(hits("ants", "text", "1")).isEmpty();
    }

    @Test
    void aDeletedDocumentIsNowhere() {
        send("?id=book", "text/markdown", handbook("ants", "bees"));
        List<String> ids = List.copyOf(chunks("book").keySet());

        assertThat(writer.delete("/v1/documents/book").status()).isEqualTo(204);

        assertThat(writer.delete("/v1/documents/book").status()).isEqualTo(404);
        assertThat(writer.ask("/v1/documents/book").status()).isEqualTo(404);
        assertThat(writer.ask("/v1/documents/book/chunks").status()).isEqualTo(404);
        assertThat(writer.get("/v1/search?q=ants").path("hits")).isEmpty();
        ids.forEach(id -> assertThat(
                        writer.ask("/v1/entities/" + id.replace("#", "%23")).status())
                .isEqualTo(404));
        assertThat(writer.ask("/v1/entities/document:book").status()).isEqualTo(404);
    }

    /** Ten documents, of which one fills the first places many times over. */
    @Test
    void aDocumentIsOneHitHoweverManyOfItsChunksAreFound() {
        String[] parts = new String[60];
        Arrays.fill(parts, "quokkas");
        send("?id=all&title=All+about+quokkas", "text/markdown", handbook(parts));
        for (int i = 0; i < 9; i++) {
            send(
                    "?id=d" + i,
                    "text/plain",
                    "Number " + i + " mentions quokkas once, and then other animals of the west.");
        }
        writer.posted("/v1/entities", "{\"id\":\"animal\",\"type\":\"T\",\"name\":\"quokkas\"}");

        List<Integer> ungrouped = new ArrayList<>();
        for (String legs : List.of("text", "vector", "vector,text", "vector,text,graph")) {
            String query = "/v1/search?q=quokkas&limit=11&legs=" + legs;
            ungrouped.add(distinct(writer.get(query).path("hits")).size());

            JsonNode hits = writer.get(query + "&groupBy=document").path("hits");

            assertThat(distinct(hits)).as(legs).hasSize(11);
            assertThat(hits.valueStream().map(hit -> hit.path("rank").asInt()))
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 11).boxed().toList());
            for (JsonNode hit : hits) {
                assertThat(hit.path("passages").path(0).asString())
                        .isEqualTo(hit.path("id").asString());
                boolean isLong = hit.path("id").asString().startsWith("document:all#");
                assertThat(hit.path("passages").size()).isEqualTo(isLong ? 10 : 1);
            }
        }
        assertThat(ungrouped).anySatisfy(documents -> assertThat(documents).isLessThan(11));
    }

    private static List<String> distinct(JsonNode hits) {
        return hits.valueStream()
                .map(hit -> hit.path("id").asString().replaceAll("#.*", ""))
                .distinct()
                .toList();
    }

    @Test
    void whoSendsAtTheSameTimeStoresOneOfThem() {
        for (int round = 0; round < 10; round++) {
            String id = "race-" + round;
            List<Reply> replies = Objects.requireNonNull(Flux.range(0, PARTS)
                    .flatMap(i -> raw.send(new Request(
                            "POST",
                            DOCUMENTS + "?id=" + id + "&title=T",
                            "text/markdown",
                            handbook("common", "own" + i).getBytes(StandardCharsets.UTF_8))))
                    .collectList()
                    .block());

            assertThat(replies).allSatisfy(reply -> assertThat(reply.status()).isIn(200, 201));
            String text = writer.get("/v1/documents/" + id).path("text").asString();
            List<JsonNode> stored = writer.all("/v1/documents/" + id + "/chunks", 50);
            assertThat(stored)
                    .hasSizeGreaterThan(1)
                    .allSatisfy(chunk -> assertThat(text.substring(
                                    chunk.path("start").asInt(),
                                    chunk.path("end").asInt()))
                            .isEqualTo(chunk.path("text").asString()));
            assertThat(writer.get("/v1/entities/document:" + id + "/neighbours?limit=200")
                            .path("items")
                            .size())
                    .isEqualTo(stored.size());
        }
    }

    /** Whoever deletes comes before or behind whoever sends, and nothing is left of what is gone. */
    @Test
    void sendingAndDeletingAtTheSameTimeLeavesAWholeDocumentOrNone() {
        for (int round = 0; round < 15; round++) {
            String id = "gone-" + round;
            send("?id=" + id, "text/markdown", handbook("common", "first"));
            List<Reply> replies = Objects.requireNonNull(Flux.range(0, PARTS)
                    .flatMap(i -> i % 2 == 0
                            ? raw.send(Request.of("DELETE", DOCUMENTS + "/" + id))
                            : raw.send(new Request(
                                    "POST",
                                    DOCUMENTS + "?id=" + id,
                                    "text/markdown",
                                    handbook("common", "own" + i).getBytes(StandardCharsets.UTF_8))))
                    .collectList()
                    .block());

            assertThat(replies)
                    .allSatisfy(
                            reply -> assertThat(reply.status()).as("%s", reply).isIn(200, 201, 204, 404));
            boolean isThere = writer.ask(DOCUMENTS + "/" + id).status() == 200;
            assertThat(writer.ask("/v1/entities/document:" + id).status()).isEqualTo(isThere ? 200 : 404);
            List<JsonNode> found = hitsOf(id);
            assertThat(found).hasSize(isThere ? chunks(id).size() : 0);
        }
    }

    /** All chunks of a document that search finds. */
    private List<JsonNode> hitsOf(String id) {
        return writer.posted(
                        "/v1/search",
                        "{\"query\":\"sentence\",\"legs\":[\"text\"],\"limit\":100,\"filter\":{\"document\":\"" + id
                                + "\"}}")
                .path("hits")
                .valueStream()
                .toList();
    }

    /** More chunks than vectors are waited for: words find them at once, and meaning soon. */
    @Test
    void aLongDocumentIsFoundByItsWordsAtOnce() {
        String[] subjects = IntStream.range(0, 100).mapToObj(i -> "subject" + i).toArray(String[]::new);

        Reply stored = send("?id=long", "text/markdown", handbook(subjects));

        assertThat(stored.status()).as(stored.text()).isEqualTo(201);
        assertThat(stored.json().path("chunks").asInt()).isGreaterThan(64);
        assertThat(writer.get("/v1/search?q=subject99&legs=text").path("hits").size())
                .isPositive();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/pdf | not a PDF | body",
                "text/html | <script>x</script> | body",
                "application/json | {\"text\":\" \"} | body",
                "application/json | {\"id\":\"a#1\",\"text\":\"x\"} | id",
                "application/json | {\"text\":\"x\",\"mediaType\":\"application/pdf\"} | mediaType",
                "application/json | {\"text\":\"x\",\"url\":\"ftp://x\"} | url",
            })
    void whatIsWrongIsNamed(String type, String body, String field) {
        Reply refused = send("", type, body);

        assertThat(refused.status()).as(refused.text()).isEqualTo(400);
        assertThat(refused.fields()).containsExactly(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?id=a%23b", "?title=", "?url=nowhere", "?confidence=2", "?metadata=x", "?unknown=1"})
    void whatIsWrongInTheQueryStringIsNamed(String parameters) {
        Reply refused = send(parameters, "text/plain", "x");

        assertThat(refused.status()).as(refused.text()).isEqualTo(400);
        assertThat(refused.fields()).containsExactly(parameters.substring(1, parameters.indexOf('=')));
    }

    @Test
    void whatJsonSaysStandsInJson() {
        Reply refused = send("?title=T", "application/json", "{\"text\":\"x\"}");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.fields()).containsExactly("title");
    }

    @Test
    void otherTypesAndLargeFilesAreRefused() {
        Reply image = send("", "image/png", "x");
        assertThat(image.status()).isEqualTo(415);
        assertThat(image.text()).contains("application/pdf");
        assertThat(send("", "text/plain", "x".repeat(11 << 20)).status()).isEqualTo(413);
        assertThat(send("", "text/plain", "").status()).isEqualTo(400);
    }

    @Test
    void linesStoreManyAndABadOneCostsItself() {
        JsonNode summary = writer.lines(
                DOCUMENTS,
                "{\"id\":\"a\",\"text\":\"# Ants\\n\\nThey dig.\",\"mediaType\":\"text/markdown\"}\n{\"id\":\"b\"}\n"
                        + "{\"id\":\"c\",\"text\":\"<script>\",\"mediaType\":\"text/html\"}\n{\"id\":\"d\",\"text\":\"Dogs.\"}");

        assertThat(summary.findPath("summary").path("created").asInt()).isEqualTo(2);
        assertThat(writer.get("/v1/documents/a").path("title").asString()).isEqualTo("Ants");
        assertThat(writer.all(DOCUMENTS, 1)).hasSize(2);
    }
}
