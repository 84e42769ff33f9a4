package dev.rhizome.provenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.rhizome.ledger.ChainIdentity;
import dev.rhizome.ledger.ChainSource;
import dev.rhizome.ledger.ChainWalk;
import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.ledger.Ed25519Seal;
import dev.rhizome.ledger.KeyPem;
import dev.rhizome.tenant.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A chain as lines that can be verified without the service: what the file is, the entries and checkpoints in their order, and
 * how many they were.
 */
final class ChainExport {

    /** Version of the lines. */
    static final int VERSION = 1;

    /** The format that the first line names. */
    static final String FORMAT = "rhizome-provenance";

    /** What the lines are called. */
    enum Kind {
        CHAIN,
        ENTRY,
        HEAD,
        DONE
    }

    /**
     * A line.
     *
     * @param kind of the line
     * @param data rendered as a JSON object
     */
    record Line(Kind kind, Object data) {}

    /** A public key. */
    record Key(String id, String pem) {}

    /** The first line. */
    record Chain(String format, int version, UUID tenant, long from, long to, List<Key> keys) {}

    /** An entry with all that is hashed. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Entry(@JsonUnwrapped ChainEntry entry, @Nullable Payload payload) {}

    /** The last line. */
    record Done(long entries, long heads) {}

    private final ProvenanceChain chain;
    private final ChainIdentity identity;
    private final CheckpointSigner checkpoints;
    private final Keyring keyring;

    ChainExport(ProvenanceChain chain, ChainIdentity identity, CheckpointSigner checkpoints, Keyring keyring) {
        this.chain = chain;
        this.identity = identity;
        this.checkpoints = checkpoints;
        this.keyring = keyring;
    }

    /** The keys whose signatures are valid, the one that signs first. */
    static List<Key> keys(Ed25519Seal seal) {
        return seal.trustedKeys().entrySet().stream()
                .map(known -> new Key(known.getKey(), KeyPem.of(known.getValue())))
                .toList();
    }

    /** The lines, a list a page. A checkpoint of the chain's end is signed first, so that it covers all entries. */
    Flux<List<Line>> lines(ChainWalk.Range range) {
        return Mono.zip(
                        identity.current(),
                        checkpoints.newest().map(Checkpoint::sequence).defaultIfEmpty(0L))
                .map(begun -> new Run(begun.getT1(), range.from(), Math.min(range.to(), begun.getT2())))
                .flatMapMany(Run::lines);
    }

    /** One export. */
    private final class Run {
        private final TenantId sealedAs;
        private final long from;
        private final long to;
        private long position;
        private long entries;
        private long heads;

        private Run(TenantId sealedAs, long from, long to) {
            this.sealedAs = sealedAs;
            this.from = from;
            this.to = to;
            this.position = from - 1;
        }

        private Flux<List<Line>> lines() {
            Chain first = new Chain(FORMAT, VERSION, sealedAs.value(), from, to, keys(keyring.seal()));
            return Flux.concat(
                    Mono.just(List.of(new Line(Kind.CHAIN, first))),
                    pages().filter(lines -> !lines.isEmpty()),
                    Mono.fromSupplier(() -> List.of(new Line(Kind.DONE, new Done(entries, heads)))));
        }

        private Flux<List<Line>> pages() {
            return Flux.defer(() -> chain.page(position, to)).map(this::merged).repeat(() -> position < to);
        }

        /** Each checkpoint behind the entries that it covers. */
        private List<Line> merged(ChainSource.Page<StoredEntry> page) {
            position = page.upTo();
            entries += page.entries().size();
            heads += page.checkpoints().size();
            List<Line> lines = new ArrayList<>();
            int next = 0;
            List<Checkpoint> found = page.checkpoints();
            for (StoredEntry stored : page.entries()) {
                while (next < found.size() && found.get(next).sequence() < stored.sequence()) {
                    lines.add(new Line(Kind.HEAD, found.get(next++)));
                }
                lines.add(new Line(Kind.ENTRY, new Entry(stored.entry(), stored.payload())));
            }
            found.subList(next, found.size()).forEach(rest -> lines.add(new Line(Kind.HEAD, rest)));
            return lines;
        }
    }
}
