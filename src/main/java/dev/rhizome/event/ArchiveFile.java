package dev.rhizome.event;

import dev.rhizome.ledger.ChainPosition;
import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.ledger.LedgerVerifier;
import dev.rhizome.ledger.Verdict;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.tenant.TenantId;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A file of events that retention has removed: gzipped NDJSON, a first line that says which part of which chain follows, then
 * the events as the API shows them. With the installation's key a file can be verified by itself.
 */
public final class ArchiveFile {

    /** What the name of every file ends with. */
    public static final String SUFFIX = ".ndjson.gz";

    private static final String KIND = "rhizome.events";
    private static final int VERSION = 1;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private ArchiveFile() {}

    /** A file is not what was archived; the message says where. */
    public static final class Invalid extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Invalid(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * The first line of a file.
     *
     * @param kind what the file is
     * @param version of the rules by which it is written
     * @param tenant under whose id the chain is sealed
     * @param from sequence of the first
     * @param to sequence of the last
     * @param previousMac of the event before the first
     * @param mac of the last
     */
    public record Part(String kind, int version, String tenant, long from, long to, String previousMac, String mac) {

        private Part checked() {
            boolean isKnown = KIND.equals(kind) && version == VERSION;
            if (!isKnown || from < 1 || to < from || tenant == null || previousMac == null || mac == null) {
                throw new Invalid("line 1 is not that of an archive of events");
            }
            return this;
        }

        private LedgerVerifier<Event> verifier(IntegrityKey key) {
            return new LedgerVerifier<>(key.ledgerOf(TenantId.parse("tenant", tenant)), from - 1, previousMac);
        }

        /** Whether a head of the sequence can be compared with this part, or with what is in front of it. */
        private boolean covers(Checkpoint head) {
            return head.tenant().toString().equals(tenant) && head.sequence() >= from - 1 && head.sequence() <= to;
        }
    }

    /**
     * What a file is to have.
     *
     * @param chain under whose id the events are sealed
     * @param events that follow one another
     * @param previousMac of the event before the first
     */
    record Content(TenantId chain, List<Event> events, String previousMac) {

        /** Writes the file. */
        void writeTo(OutputStream out) throws IOException {
            try (OutputStream file = new GZIPOutputStream(out, BUFFER_BYTES)) {
                line(file, part());
                for (Event event : events) {
                    line(file, event);
                }
            }
        }

        private Part part() {
            Event last = events.getLast();
            return new Part(
                    KIND,
                    VERSION,
                    chain.toString(),
                    events.getFirst().sequence(),
                    last.sequence(),
                    previousMac,
                    last.mac());
        }

        private static void line(OutputStream file, Record line) throws IOException {
            file.write(JSON.writeValueAsBytes(line));
            file.write('\n');
        }
    }

    /** The name of the file that has {@code events}, with a directory in front of it. */
    static String name(TenantId tenant, List<Event> events) {
        return tenant
                + "/events-%012d-%012d"
                        .formatted(
                                events.getFirst().sequence(), events.getLast().sequence())
                + SUFFIX;
    }

    /**
     * Verifies a file by itself.
     *
     * @param heads kept heads; those of events in the file, or of the one before, have to agree with it
     * @return what it holds
     * @throws Invalid naming the first event that is not what was archived
     * @throws UncheckedIOException where the file cannot be read
     */
    public static Part verify(Path file, IntegrityKey key, List<Checkpoint> heads) {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            return verify(lines, key, heads);
        } catch (ZipException | EOFException e) {
            throw new Invalid("the file is cut or damaged");
        } catch (JacksonException | DateTimeException | InvalidRequest e) {
            throw new Invalid("the file has a line that is not an event");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Part verify(BufferedReader lines, IntegrityKey key, List<Checkpoint> heads) throws IOException {
        Part part = first(lines.readLine());
        LedgerVerifier<Event> verifier = part.verifier(key);
        heads.stream().filter(part::covers).forEach(verifier::checkpoint);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            verifier.entry(event(JSON.readTree(line)));
        }
        verifier.mustReach(part.to());
        verifier.endsWith(new ChainPosition(part.to(), part.mac()));
        Verdict.Finding finding = verifier.verdict().finding();
        if (finding != null) {
            throw new Invalid(
                    "event " + finding.sequence() + ": " + finding.flaw().reason());
        }
        if (verifier.last() > part.to()) {
            throw new Invalid("event " + verifier.last() + ": the file should end before it");
        }
        return part;
    }

    private static Part first(@Nullable String line) {
        if (line == null || !JSON.readTree(line).isObject()) {
            throw new Invalid("line 1 is not that of an archive of events");
        }
        return JSON.readValue(line, Part.class).checked();
    }

    /** The event of a line that says nothing else, since its MAC covers no more. */
    private static Event event(JsonNode line) {
        Event event = new Event(
                line.path("id").asString(),
                line.path("type").asString(),
                Instant.parse(line.path("at").asString()),
                line.has("agentId") ? line.path("agentId").asString() : null,
                line.has("taskId") ? line.path("taskId").asString() : null,
                document(line, "latency"),
                document(line, "accuracy"),
                document(line, "resources"),
                document(line, "compliance"),
                document(line, "cost"),
                document(line, "reliability"),
                document(line, "context"),
                document(line, "metadata"),
                line.path("sequence").asLong(),
                Instant.parse(line.path("receivedAt").asString()),
                line.path("mac").asString());
        if (!JSON.readTree(JSON.writeValueAsString(event)).equals(line)) {
            throw new Invalid("event " + event.sequence() + ": the line says more than an event, or says it otherwise");
        }
        return event;
    }

    private static @Nullable String document(JsonNode line, String field) {
        return line.has(field) ? line.path(field).toString() : null;
    }

    /**
     * A head as the service gives it out.
     *
     * @throws Invalid where it is not one
     */
    public static Checkpoint head(String json) {
        try {
            return JSON.readValue(json, EventHeadInput.class).checkpoint();
        } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
            throw new Invalid("not a head (expected: the answer to GET /v1/events/head)");
        }
    }
}
