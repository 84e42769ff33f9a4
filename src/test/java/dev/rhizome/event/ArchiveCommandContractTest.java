package dev.rhizome.event;

import static dev.rhizome.event.EventTenant.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.cli.RhizomeCommand;
import dev.rhizome.rollup.EventJobs;
import dev.rhizome.testing.RunningService;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code rhizome verify-archive}, on files in which whoever has them can write anything. */
class ArchiveCommandContractTest {

    private static final String KEY = "the-key-of-these-archives-is-long-enough";

    private static Path archives = Path.of("");
    private static JsonNode head = JsonMapper.shared().createObjectNode();
    private static JsonNode lastHead = head;

    @TempDir
    private Path directory = Path.of("");

    private List<Path> files = List.of();

    /** Three files with ten, ten and five events; a head of the seventh, and one behind all of them. */
    @BeforeAll
    static void anArchive() throws IOException {
        archives = Files.createTempDirectory("archives");
        EventJobs jobs =
                EventJobs.start("--rhizome.events.integrity-key=" + KEY, "--rhizome.events.archive=" + archives);
        try (RunningService service = jobs.service()) {
            EventTenant tenant = EventTenant.create(service);
            tenant.append(1, 7);
            head = tenant.get("/v1/events/head");
            tenant.append(8, 18);
            tenant.lines("{\"type\":\"new\"}");
            lastHead = tenant.get("/v1/events/head");
            jobs.retain(tenant, "archive", 30);
            jobs.run();
            assertThat(answer(tenant.admin().get("/v1/events/truncations"))
                            .body()
                            .path("items"))
                    .hasSize(3);
        }
    }

    @BeforeEach
    void aCopy() throws IOException {
        List<Path> copies = new ArrayList<>();
        try (Stream<Path> found = Files.walk(archives)) {
            for (Path file : found.filter(Files::isRegularFile).sorted().toList()) {
                copies.add(Files.copy(
                        file,
                        directory.resolve(String.valueOf(file.getFileName())),
                        StandardCopyOption.REPLACE_EXISTING));
            }
        }
        files = copies;
        Files.writeString(directory.resolve("key"), KEY + "\n");
        Files.writeString(directory.resolve("head.json"), head.toString());
    }

    @Test
    void whatWasArchivedIsValid() throws IOException {
        assertThat(said(directory.toString(), "--head", directory.resolve("head.json") + "", "--to", "25"))
                .startsWith("0 tenant: ")
                .contains("events: 1 to 25 in 3 files", "heads: 1 of those that were kept agree", "\nvalid\n");
        assertThat(said(files.get(1).toString(), files.get(2).toString(), "--from", "11"))
                .startsWith("0 ")
                .contains("events: 11 to 25 in 2 files");
        assertThat(said(directory.toString(), "--head", written("last.json", lastHead.toString())))
                .startsWith("0 ")
                .contains("note: the head of event 26 is of none in the files");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | | events 11 to 20 are in no file",
                "0 | | events 1 to 10 are in no file",
                "2 | --to=25 | events 21 to 25 are in no file",
            })
    void aFileThatIsMissingIsFound(int missing, String option, String flaw) throws IOException {
        Files.delete(files.get(missing));

        String said = option == null ? said(directory.toString()) : said(directory.toString(), option);

        assertThat(said).startsWith("1 ").contains("invalid: " + flaw).doesNotContain("\nvalid");
    }

    @Test
    void aFileThatIsThereTwiceIsFound() throws IOException {
        Files.copy(files.get(1), directory.resolve("again.ndjson.gz"));

        assertThat(said(directory.toString())).startsWith("1 ").contains("begins with event 11, but should with 21");
    }

    /** Fields of an event, and another value of each. */
    static Stream<String> fields() {
        return Stream.of(
                "id",
                "type",
                "at",
                "agentId",
                "taskId",
                "latency",
                "accuracy",
                "resources",
                "compliance",
                "cost",
                "reliability",
                "context",
                "metadata",
                "sequence",
                "receivedAt",
                "mac",
                "more");
    }

    @ParameterizedTest
    @MethodSource("fields")
    void aChangeOfAnyFieldIsFound(String field) throws IOException {
        change(files.get(1), lines -> {
            ObjectNode event = (ObjectNode) JsonMapper.shared().readTree(lines.get(3));
            if (event.path(field).isObject()) {
                ((ObjectNode) event.path(field)).put("x", 1);
            } else if (field.equals("sequence")) {
                event.put(field, 14);
            } else {
                event.put(
                        field, event.path(field).asString("").replace("Z", "0001Z") + (field.endsWith("t") ? "" : "0"));
            }
            lines.set(3, event.toString());
            return lines;
        });

        assertThat(said(directory.toString())).startsWith("1 ").contains("invalid: " + real(files.get(1)));
    }

    @Test
    void linesThatAreMissingOrMoreOrSwappedOrCutAreFound() throws IOException {
        List<UnaryOperator<List<String>>> changes = List.of(
                lines -> without(lines, 5),
                lines -> without(lines, lines.size() - 1),
                lines -> without(lines, 0),
                lines -> swapped(lines, 4),
                lines -> with(lines, lines.getLast()),
                lines -> with(lines, "{}"),
                lines -> with(lines, "not JSON"),
                lines -> List.of());
        for (UnaryOperator<List<String>> change : changes) {
            aCopy();
            change(files.getFirst(), change);
            assertThat(said(directory.toString())).startsWith("1 ").contains("invalid: " + real(files.getFirst()));
        }
    }

    @Test
    void aFileThatIsCutAnywhereIsFound() throws IOException {
        byte[] whole = Files.readAllBytes(files.getFirst());
        for (int length = 0; length < whole.length; length += 37) {
            Files.write(files.getFirst(), java.util.Arrays.copyOf(whole, length));
            assertThat(said(directory.toString())).as("cut at " + length).startsWith("1 ");
        }
    }

    @Test
    void aHeadThatDoesNotAgreeIsFound() throws IOException {
        String forged = head.toString().replaceFirst("\"hash\":\"[0-9a-f]{8}", "\"hash\":\"00000000");
        assertThat(said(directory.toString(), "--head", written("forged.json", forged)))
                .startsWith("1 ")
                .contains("is not sealed by this key");

        // Sealed by the key, of another history: that of whoever wrote the archive anew.
        EventLedger ledger = IntegrityKey.resolve(KEY, List.of(), directory)
                .ledgerOf(dev.rhizome.tenant.TenantId.parse(
                        "tenant", head.path("tenant").asString()));
        String other = JsonMapper.shared()
                .writeValueAsString(ledger.checkpoint(
                        new dev.rhizome.ledger.ChainPosition(7, "0".repeat(64)), (java.time.Instant) null));
        assertThat(said(directory.toString(), "--head", written("other.json", other)))
                .startsWith("1 ")
                .contains("event 7: a sealed head says that another entry was here");
    }

    @Test
    void withoutAnyFileOfItsTenantAHeadIsAFinding() throws IOException {
        EventLedger ledger = IntegrityKey.resolve(KEY, List.of(), directory)
                .ledgerOf(new dev.rhizome.tenant.TenantId(new java.util.UUID(1, 2)));
        String other = JsonMapper.shared()
                .writeValueAsString(ledger.checkpoint(
                        new dev.rhizome.ledger.ChainPosition(7, "0".repeat(64)), (java.time.Instant) null));

        assertThat(said(directory.toString(), "--head", written("other.json", other)))
                .startsWith("1 ")
                .contains("there is no valid file of that tenant");
    }

    @Test
    void anotherKeyIsNotTheirs() throws IOException {
        String other = written("other-key", "another-key-that-is-long-enough-to-be-one");

        assertThat(run(directory.toString(), "--key", other)).startsWith("1 ").contains("event 1: the event is not");
        assertThat(run(directory.toString(), "--key", other, "--key", directory.resolve("key") + ""))
                .startsWith("0 ");
    }

    @Test
    void whatIsNotUnderstoodIsAnErrorOfUsage() throws IOException {
        String garbage = written("garbage", "garbage");

        assertThat(said(directory.resolve("nowhere").toString())).startsWith("2 ");
        assertThat(said(Files.createDirectory(directory.resolve("empty")).toString()))
                .startsWith("2 ");
        assertThat(run(directory.toString(), "--key", garbage)).startsWith("2 ");
        assertThat(said(directory.toString(), "--head", garbage)).startsWith("2 ");
        assertThat(said(directory.toString(), "--nothing")).startsWith("2 ");
        assertThat(said()).startsWith("2 ");
    }

    private String written(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private static String real(Path file) throws IOException {
        return file.toRealPath().toString();
    }

    private static List<String> without(List<String> lines, int line) {
        String ignored = lines.remove(line);
        return lines;
    }

    private static List<String> swapped(List<String> lines, int line) {
        java.util.Collections.swap(lines, line, line + 1);
        return lines;
    }

    private static List<String> with(List<String> lines, String line) {
        lines.add(line);
        return lines;
    }

    private static void change(Path file, UnaryOperator<List<String>> change) throws IOException {
        String text;
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<String> lines = change.apply(new ArrayList<>(text.lines().toList()));
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        }
    }

    private String said(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--key", directory.resolve("key").toString()));
        return run(all.toArray(String[]::new));
    }

    /** The exit status, and what was printed. */
    private static String run(String... arguments) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            List<String> all = new ArrayList<>(List.of("verify-archive"));
            all.addAll(List.of(arguments));
            int status = RhizomeCommand.run(ArchiveCommandContractTest.class, all.toArray(String[]::new));
            return status + " " + said.toString(StandardCharsets.UTF_8);
        } finally {
            System.setOut(before);
        }
    }
}
