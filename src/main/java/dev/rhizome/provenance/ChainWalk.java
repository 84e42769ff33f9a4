package dev.rhizome.provenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.http.StreamEvent;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.provenance.ChainVerifier.Bad;
import dev.rhizome.provenance.ChainVerifier.Verdict;
import dev.rhizome.provenance.ProvenanceRepository.Stand;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.function.Tuple2;

/** Looks through the current tenant's chain, page by page; between pages no connection is held. */
final class ChainWalk {

    /**
     * How far a walk has come.
     *
     * @param sequence of the last entry looked at
     */
    record Progress(long sequence) {}

    /**
     * What a walk found.
     *
     * @param from first sequence
     * @param to last sequence
     * @param entries looked at
     * @param heads looked at
     * @param erased how many of the entries have lost their payload to an erasure
     * @param valid whether all is as it was written
     * @param firstBad null where all is
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Done(
            long from,
            long to,
            long entries,
            long heads,
            long erased,
            boolean valid,
            @Nullable Bad firstBad) {}

    private static final int ENOUGH_HEADS = 10;

    private final ProvenanceRepository chain;
    private final Keyring keyring;
    private final int page;

    ChainWalk(ProvenanceRepository chain, Keyring keyring, int page) {
        this.chain = chain;
        this.keyring = keyring;
        this.page = page;
    }

    /**
     * Verifies the entries {@code from} to {@code to}, as far as there are any.
     *
     * @param earlier a head that was kept elsewhere, null for none; whoever has one wants the whole chain looked at
     * @return {@link Progress} after each page, then {@link Done}; an error of {@link InvalidRequest} where the earlier head
     *     is not one of this tenant's
     */
    Flux<List<StreamEvent>> verify(long from, long to, @Nullable SignedHead earlier) {
        return TenantContext.current()
                .flatMap(tenant ->
                        chain.stand().flatMap(stand -> begun(tenant, from, Math.min(to, stand.sequence()), stand)))
                .doOnNext(walk -> walk.expect(earlier))
                .flatMapMany(walk ->
                        Flux.concat(Mono.defer(() -> step(walk)).repeat(walk::goesOn), Mono.defer(() -> ended(walk))));
    }

    /** One walk. */
    private static final class Walk {
        private final ChainVerifier verifier;
        private final Stand stand;
        private final long from;
        private final long to;
        private long next;

        private Walk(ChainVerifier verifier, Stand stand, long from, long to) {
            this.verifier = verifier;
            this.stand = stand;
            this.from = from;
            this.to = to;
            this.next = from;
        }

        private void expect(@Nullable SignedHead earlier) {
            if (earlier != null) {
                verifier.head(earlier);
            }
        }

        private boolean goesOn() {
            return next <= to && !verifier.isDecided();
        }

        private boolean isToTheEnd() {
            return to == stand.sequence();
        }
    }

    private Mono<Walk> begun(TenantId tenant, long from, long to, Stand stand) {
        if (from <= 1) {
            return Mono.just(new Walk(new ChainVerifier(tenant.value(), keyring.trusted(), 0, null), stand, 1, to));
        }
        return chain.range(from - 1, from - 1).map(before -> {
            List<StoredEntry> found = before.getT1();
            String hash = found.isEmpty() ? null : found.getFirst().entry().hash();
            ChainVerifier verifier = new ChainVerifier(tenant.value(), keyring.trusted(), from - 1, hash);
            if (found.isEmpty() && from - 1 <= stand.sequence()) {
                verifier.fail(from - 1, "the entry is missing");
            }
            return new Walk(verifier, stand, from, to);
        });
    }

    private Mono<List<StreamEvent>> step(Walk walk) {
        long last = Math.min(walk.next + page - 1, walk.to);
        return chain.range(walk.next, last)
                .publishOn(Schedulers.parallel()) // verifying takes a while
                .map(found -> {
                    look(walk, found);
                    walk.next = last + 1;
                    return List.of(StreamEvent.of("progress", new Progress(last)));
                });
    }

    private static void look(Walk walk, Tuple2<List<StoredEntry>, List<SignedHead>> found) {
        found.getT2().forEach(walk.verifier::head);
        found.getT1().forEach(walk.verifier::entry);
    }

    private Mono<List<StreamEvent>> ended(Walk walk) {
        Stand stand = walk.stand;
        if (walk.verifier.last() < walk.to) {
            walk.verifier.fail(walk.verifier.last() + 1, "the entry is missing");
        }
        if (walk.isToTheEnd() && walk.verifier.last() == stand.sequence()) {
            walk.verifier.endsWith(stand.hash());
        }
        if (stand.newest() > stand.sequence()) {
            walk.verifier.fail(stand.sequence() + 1, "the chain is said to end in front of the entry");
        }
        return erasuresBehind(walk, walk.to)
                .then(walk.isToTheEnd() ? headsBehind(walk) : Mono.empty())
                .then(Mono.fromSupplier(() -> List.of(StreamEvent.done(done(walk)))));
    }

    /** What is looked at may have been erased by entries that are not. */
    private Mono<Void> erasuresBehind(Walk walk, long after) {
        return walk.verifier.lacksErasures()
                ? chain.erasures(after, page).publishOn(Schedulers.parallel()).flatMap(found -> {
                    found.forEach(stored -> walk.verifier.erasure(stored.entry()));
                    return found.size() < page
                            ? Mono.empty()
                            : erasuresBehind(walk, found.getLast().entry().sequence());
                })
                : Mono.empty();
    }

    private Mono<Void> headsBehind(Walk walk) {
        return chain.headsFrom(walk.to + 1, ENOUGH_HEADS)
                .doOnNext(walk.verifier::head)
                .then();
    }

    private static Done done(Walk walk) {
        Verdict verdict = walk.verifier.end();
        return new Done(
                walk.from,
                walk.to,
                verdict.entries(),
                verdict.heads(),
                verdict.erased(),
                verdict.valid(),
                verdict.firstBad());
    }
}
