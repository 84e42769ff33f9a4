package dev.rhizome.provenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.rhizome.http.StreamEvent;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;

/** A chain as lines that can be verified without us: what it is, its entries and heads in order, and how many they were. */
final class ChainExport {

    /** Version of the lines. */
    static final int VERSION = 1;

    /** What the first line says the file is. */
    static final String FORMAT = "rhizome-provenance";

    /** A public key. */
    record Key(String id, String pem) {}

    /** Public keys, the one that signs first. */
    record Keys(List<Key> items) {}

    /** The first line. */
    record Chain(String format, int version, UUID tenant, long from, long to, List<Key> keys) {}

    /** An entry with all that is hashed. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Line(@JsonUnwrapped ChainEntry entry, @Nullable Payload payload) {}

    /** The last line. */
    record Done(long entries, long heads) {}

    private final ProvenanceRepository chain;
    private final HeadSigner heads;
    private final Keyring keyring;
    private final int page;

    ChainExport(ProvenanceRepository chain, HeadSigner heads, Keyring keyring, int page) {
        this.chain = chain;
        this.heads = heads;
        this.keyring = keyring;
        this.page = page;
    }

    /** The keys whose signatures count. */
    static List<Key> keys(TrustedKeys trusted) {
        return trusted.all().entrySet().stream()
                .map(known -> new Key(known.getKey(), KeyPem.of(known.getValue())))
                .toList();
    }

    /** The lines, a stage a page. A head of the end of the chain is signed first, so that the whole is covered by one. */
    Flux<List<StreamEvent>> lines(long from, long to) {
        return Mono.zip(
                        TenantContext.current(),
                        heads.newest().map(SignedHead::sequence).defaultIfEmpty(0L))
                .flatMapMany(begun -> lines(new Run(begun.getT1(), from, Math.min(to, begun.getT2()))));
    }

    /** One export. */
    private static final class Run {
        private final TenantId tenant;
        private final long from;
        private final long to;
        private long next;
        private long entries;
        private long heads;

        private Run(TenantId tenant, long from, long to) {
            this.tenant = tenant;
            this.from = from;
            this.to = to;
            this.next = from;
        }
    }

    private Flux<List<StreamEvent>> lines(Run run) {
        Chain first = new Chain(FORMAT, VERSION, run.tenant.value(), run.from, run.to, keys(keyring.trusted()));
        return Flux.concat(
                Mono.just(List.of(StreamEvent.of("chain", first))),
                Mono.defer(() -> step(run)).repeat(() -> run.next <= run.to).filter(stage -> !stage.isEmpty()),
                Mono.fromSupplier(() -> List.of(StreamEvent.done(new Done(run.entries, run.heads)))));
    }

    private Mono<List<StreamEvent>> step(Run run) {
        long last = Math.min(run.next + page - 1, run.to);
        return chain.range(run.next, last).map(found -> {
            run.next = last + 1;
            run.entries += found.getT1().size();
            run.heads += found.getT2().size();
            return merged(found);
        });
    }

    /** Each head behind the entries that it covers. */
    private static List<StreamEvent> merged(Tuple2<List<StoredEntry>, List<SignedHead>> found) {
        List<StreamEvent> events = new ArrayList<>();
        int head = 0;
        List<SignedHead> heads = found.getT2();
        for (StoredEntry stored : found.getT1()) {
            while (head < heads.size()
                    && heads.get(head).sequence() < stored.entry().sequence()) {
                events.add(StreamEvent.of("head", heads.get(head++)));
            }
            events.add(StreamEvent.of("entry", new Line(stored.entry(), stored.payload())));
        }
        heads.subList(head, heads.size()).forEach(rest -> events.add(StreamEvent.of("head", rest)));
        return events;
    }
}
