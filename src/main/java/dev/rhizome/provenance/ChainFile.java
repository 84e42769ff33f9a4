package dev.rhizome.provenance;

import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.ledger.Ed25519Seal;
import dev.rhizome.ledger.Flaw;
import dev.rhizome.ledger.KeyPem;
import dev.rhizome.ledger.LedgerVerifier;
import dev.rhizome.ledger.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.security.PublicKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Verifies an exported chain line by line, without the service that wrote it. One line is held at a time. */
public final class ChainFile {

    /** The file is not an exported chain. */
    public static final class Unreadable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * What was found.
     *
     * @param tenant whose chain it is
     * @param from first sequence
     * @param to last sequence that the file should have
     * @param keys ids of the keys whose signatures are valid
     * @param lastHead last checkpoint of the file, null for none
     * @param verdict on the whole file
     */
    public record Report(
            UUID tenant,
            long from,
            long to,
            List<String> keys,
            @Nullable Checkpoint lastHead,
            Verdict verdict) {}

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .build();
    private static final List<String> OF_AN_ENTRY = List.of(
            "tenant",
            "sequence",
            "type",
            "id",
            "references",
            "scores",
            "about",
            "relationships",
            "derivedFrom",
            "erases",
            "recordedAt",
            "writer",
            "role",
            "previousHash",
            "version",
            "keyId",
            "hash",
            "signature");
    private static final List<String> OF_A_HEAD =
            List.of("tenant", "sequence", "hash", "at", "keyId", "version", "signature");

    private final LedgerVerifier<StoredEntry> verifier;
    private final UUID tenant;
    private final long from;
    private final long to;
    private final List<String> keys;
    private @Nullable Checkpoint lastHead;
    private long entries;
    private long heads;
    private boolean ended;

    private ChainFile(JsonNode first, List<PublicKey> given) {
        this.tenant = UUID.fromString(first.path("tenant").asString());
        this.from = first.path("from").asLong();
        this.to = first.path("to").asLong();
        Ed25519Seal trusted = Ed25519Seal.verifying(given.isEmpty() ? keysOf(first) : given);
        this.keys = List.copyOf(trusted.trustedKeys().keySet());
        this.verifier = new LedgerVerifier<>(new ProvenanceLedger(tenant, trusted), Math.max(from, 1) - 1, null);
    }

    /**
     * Verifies what {@code lines} has.
     *
     * @param keys whose signatures are valid; empty for the keys that the file names, which proves only that the file is
     *     consistent
     * @param earlier checkpoints that were kept elsewhere
     * @throws Unreadable where it is not an export of a chain
     */
    public static Report verify(BufferedReader lines, List<PublicKey> keys, List<Checkpoint> earlier)
            throws IOException {
        ChainFile file = begun(lines.readLine(), keys);
        earlier.forEach(file.verifier::checkpoint);
        int number = 1;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (!line.isBlank() && !file.take(line, number)) {
                break;
            }
        }
        return file.report();
    }

    /**
     * A checkpoint as the service gives it out.
     *
     * @throws Unreadable where it is not one
     */
    public static Checkpoint head(String json) {
        try {
            return head(JSON.readTree(json));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new Unreadable("not a head (expected: the answer to GET /v1/provenance/head)");
        }
    }

    private static ChainFile begun(@Nullable String line, List<PublicKey> keys) {
        if (line == null) {
            throw new Unreadable("the file is empty");
        }
        try {
            JsonNode first = JSON.readTree(line);
            if (first.path("format").asString("").equals(ChainExport.FORMAT)
                    && first.path("version").asInt() == ChainExport.VERSION) {
                return new ChainFile(first, keys);
            }
        } catch (JacksonException | IllegalArgumentException e) {
            // the same answer as for JSON that is something else
        }
        throw new Unreadable("line 1 is not that of a chain (expected: an answer to GET /v1/provenance/export)");
    }

    private static List<PublicKey> keysOf(JsonNode first) {
        List<PublicKey> keys = new ArrayList<>();
        for (JsonNode key : first.path("keys")) {
            keys.add(KeyPem.publicKey(key.path("pem").asString()));
        }
        return keys;
    }

    /** Whether the lines that follow could change the verdict. */
    private boolean take(String line, int number) {
        if (ended) {
            fail("line " + number + " comes behind the last line");
            return false;
        }
        try {
            JsonNode node = JSON.readTree(line);
            return take(node.path("event").asString(""), node);
        } catch (JacksonException | IllegalArgumentException e) {
            fail("line " + number + " is cut or damaged");
            ended = true;
            return false;
        }
    }

    private boolean take(String event, JsonNode node) {
        switch (event) {
            case "entry" -> {
                entries++;
                verifier.entry(entry(node));
            }
            case "head" -> {
                heads++;
                lastHead = head(node);
                verifier.checkpoint(lastHead);
            }
            case "done" -> ended(node);
            case "problem" -> {
                ended = true;
                fail("the export was broken off: " + node.path("detail").asString(""));
            }
            default -> throw new IllegalArgumentException("unknown event");
        }
        return !verifier.isDecided();
    }

    private void ended(JsonNode done) {
        ended = true;
        if (done.path("entries").asLong() != entries || done.path("heads").asLong() != heads) {
            fail("lines are missing: the last line has other counts");
        }
    }

    private void fail(String reason) {
        verifier.fail(verifier.last() + 1, Flaw.Kind.MISSING, reason);
    }

    private Report report() {
        if (!ended) {
            fail("the file ends before its last line");
        }
        verifier.mustReach(to);
        return new Report(tenant, from, to, keys, lastHead, verifier.verdict());
    }

    private static StoredEntry entry(JsonNode node) {
        require(node, OF_AN_ENTRY);
        ObjectNode entry = (ObjectNode) node;
        JsonNode payload = entry.remove("payload");
        JsonNode ignored = entry.remove("event");
        ChainEntry read = JSON.treeToValue(entry, ChainEntry.class);
        exact(read.at());
        exact(read.recordedAt());
        exact(node.path("scores"));
        return new StoredEntry(read, payload == null ? null : payload(payload));
    }

    private static Payload payload(JsonNode node) {
        require(node, List.of("salt"));
        return new Payload(
                node.path("salt").asString(),
                text(node.get("subject")),
                text(node.get("description")),
                node.get("metadata") == null ? null : node.path("metadata").toString());
    }

    private static @Nullable String text(@Nullable JsonNode node) {
        return node == null ? null : node.asString();
    }

    private static Checkpoint head(JsonNode node) {
        require(node, OF_A_HEAD);
        ObjectNode head = (ObjectNode) node;
        JsonNode ignored = head.remove("event");
        Checkpoint read = JSON.treeToValue(head, Checkpoint.class);
        exact(read.at());
        return read;
    }

    private static void require(JsonNode node, List<String> names) {
        if (!node.isObject() || !names.stream().allMatch(node::hasNonNull)) {
            throw new IllegalArgumentException("something is missing");
        }
    }

    /** Hashes cover microseconds; nothing may stand behind them. */
    private static void exact(@Nullable Instant time) {
        if (time != null && !time.equals(time.truncatedTo(ChronoUnit.MICROS))) {
            throw new IllegalArgumentException("a time that no chain has");
        }
    }

    /** Hashes cover the shortest number that stands for a score; nothing may stand behind it. */
    private static void exact(JsonNode scores) {
        for (JsonNode score : scores) {
            BigDecimal kept = new BigDecimal(Float.toString(score.floatValue()));
            if (score.decimalValue().compareTo(kept) != 0) {
                throw new IllegalArgumentException("a score that no chain has");
            }
        }
    }
}
