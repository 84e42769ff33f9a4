package dev.rhizome.event;

import dev.rhizome.ledger.ChainPosition;
import dev.rhizome.ledger.LedgerVerifier;
import dev.rhizome.ledger.Verdict;
import dev.rhizome.tenant.TenantId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Files of events that retention has removed: gzipped NDJSON, a first line that says which part of which chain follows, then
 * the events as the API shows them. With the installation's key a file can be verified by itself.
 */
public final class EventArchive {

    private static final String KIND = "rhizome.events";
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Path directory;

    /** Files below {@code home}, in a directory a tenant. */
    public EventArchive(Path home) {
        this.directory = home.resolve("archive");
    }

    /**
     * The first line of a file.
     *
     * @param kind what the file is
     * @param version of the rules by which it is written
     * @param tenant whose events they are
     * @param from sequence of the first
     * @param to sequence of the last
     * @param previousMac of the event before the first
     * @param mac of the last
     */
    public record Part(String kind, int version, String tenant, long from, long to, String previousMac, String mac) {}

    /**
     * Writes {@code events}, which follow one another. The file gets its name when all of it is on the disk; writing the same
     * events again replaces it with an equal file.
     *
     * @return its name below the directory of archives
     */
    Mono<String> write(TenantId tenant, List<Event> events, String previousMac) {
        return Mono.fromCallable(() -> {
                    Part part = new Part(
                            KIND,
                            1,
                            tenant.toString(),
                            events.getFirst().sequence(),
                            events.getLast().sequence(),
                            previousMac,
                            events.getLast().mac());
                    String name = "events-%012d-%012d.ndjson.gz".formatted(part.from(), part.to());
                    written(
                            directory.resolve(tenant.toString()),
                            name,
                            Stream.concat(Stream.of(part), events.stream()));
                    return tenant + "/" + name;
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    private static void written(Path folder, String name, Stream<Record> lines) throws IOException {
        Files.createDirectories(folder);
        Path unfinished = Files.createTempFile(folder, "events", ".tmp");
        try {
            try (OutputStream file = new GZIPOutputStream(Files.newOutputStream(unfinished), BUFFER_BYTES)) {
                for (Record line : lines.toList()) {
                    file.write(JSON.writeValueAsBytes(line));
                    file.write('\n');
                }
            }
            force(unfinished);
            Files.move(
                    unfinished,
                    folder.resolve(name),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            force(folder);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Where the file of {@code name} is. */
    public Path resolve(String name) {
        return directory.resolve(name);
    }

    /**
     * Verifies a file by itself.
     *
     * @return what it holds
     * @throws IllegalStateException naming the first event that is not what was archived
     */
    public static Part verify(Path file, IntegrityKey key) {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            Part part = JSON.readValue(String.valueOf(lines.readLine()), Part.class);
            LedgerVerifier<Event> verifier = new LedgerVerifier<>(
                    key.ledgerOf(TenantId.parse("tenant", part.tenant())), part.from() - 1, part.previousMac());
            lines.lines().forEach(line -> verifier.entry(event(JSON.readTree(line))));
            verifier.mustReach(part.to());
            verifier.endsWith(new ChainPosition(part.to(), part.mac()));
            Verdict.Finding finding = verifier.verdict().finding();
            if (finding != null) {
                throw new IllegalStateException(
                        "event " + finding.sequence() + ": " + finding.flaw().reason());
            }
            if (verifier.last() > part.to()) {
                throw new IllegalStateException("event " + verifier.last() + ": the file should end before it");
            }
            return part;
        } catch (JacksonException | DateTimeException e) {
            throw new IllegalStateException("the file has a line that is not an event", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Event event(JsonNode line) {
        return new Event(
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
    }

    private static @Nullable String document(JsonNode line, String field) {
        return line.has(field) ? line.path(field).toString() : null;
    }
}
