package dev.rhizome.provenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.ledger.ChainIdentity;
import dev.rhizome.ledger.ChainPosition;
import dev.rhizome.ledger.ChainWalk;
import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.ledger.Flaw;
import dev.rhizome.ledger.LedgerVerifier;
import dev.rhizome.ledger.Verdict;
import dev.rhizome.tenant.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Verifies the current tenant's chain of provenance. */
final class ProvenanceVerification {

    /** What a verification emits: {@link Progress} after each page, then one {@link Done}. */
    sealed interface Step {}

    /**
     * How far a walk has come.
     *
     * @param sequence of the last entry that was verified
     */
    record Progress(long sequence) implements Step {}

    /**
     * What a walk found.
     *
     * @param from first sequence
     * @param to last sequence
     * @param entries verified
     * @param heads verified
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
            @Nullable FirstBad firstBad) implements Step {}

    /**
     * The first entry that is not as it was written.
     *
     * @param sequence of the entry
     * @param reason for people
     */
    record FirstBad(long sequence, String reason) {}

    private static final int MOST_CHECKPOINTS = 10;

    private final ProvenanceChain chain;
    private final ChainIdentity identity;
    private final Keyring keyring;

    ProvenanceVerification(ProvenanceChain chain, ChainIdentity identity, Keyring keyring) {
        this.chain = chain;
        this.identity = identity;
        this.keyring = keyring;
    }

    /**
     * Verifies a part of the chain. Cancelling ends the walk.
     *
     * @param range of the entries
     * @param kept a checkpoint that was kept elsewhere, null for none
     */
    Flux<Step> verify(ChainWalk.Range range, @Nullable Checkpoint kept) {
        return Mono.zip(identity.current(), chain.extent())
                .flatMap(begun -> begin(begun.getT1(), begun.getT2(), range))
                .doOnNext(run -> run.expect(kept))
                .flatMapMany(Run::steps);
    }

    private Mono<Run> begin(TenantId sealedAs, ProvenanceChain.Extent extent, ChainWalk.Range range) {
        return ChainWalk.begin(
                        chain,
                        new ProvenanceLedger(sealedAs.value(), keyring.seal()),
                        range,
                        new ChainWalk.Ends(ChainPosition.BEGINNING, extent.end()))
                .map(walk -> new Run(walk, extent));
    }

    /** One verification. */
    private final class Run {
        private final ChainWalk<StoredEntry> walk;
        private final LedgerVerifier<StoredEntry> verifier;
        private final ProvenanceChain.Extent extent;

        private Run(ChainWalk<StoredEntry> walk, ProvenanceChain.Extent extent) {
            this.walk = walk;
            this.verifier = walk.verifier();
            this.extent = extent;
        }

        private void expect(@Nullable Checkpoint kept) {
            if (kept != null) {
                verifier.checkpoint(kept);
            }
        }

        private Flux<Step> steps() {
            return walk.positions().<Step>map(Progress::new).concatWith(Mono.defer(this::finished));
        }

        private Mono<Step> finished() {
            long last = extent.end().sequence();
            return erasuresBehind(walk.range().to())
                    .then(walk.isToTheEnd() ? checkpointsBehind(last) : Mono.empty())
                    .then(Mono.fromSupplier(this::done));
        }

        /** Entries behind the range may account for payloads that the range lacks. */
        private Mono<Void> erasuresBehind(long after) {
            return verifier.lacksErasures()
                    ? chain.erasures(after).publishOn(Schedulers.parallel()).flatMap(this::erasures)
                    : Mono.empty();
        }

        private Mono<Void> erasures(List<StoredEntry> found) {
            found.forEach(verifier::erasure);
            return chain.isFull(found) ? erasuresBehind(found.getLast().sequence()) : Mono.empty();
        }

        private Mono<Void> checkpointsBehind(long last) {
            return chain.checkpointsFrom(last + 1, MOST_CHECKPOINTS)
                    .doOnNext(verifier::checkpoint)
                    .then();
        }

        /** What signed heads say comes first: they tell what is left of a chain from what somebody put there. */
        private Verdict verdict() {
            Verdict byEntriesAndHeads = verifier.verdict();
            Flaw flaw = extent.flaw();
            if (flaw == null) {
                return byEntriesAndHeads;
            }
            verifier.fail(extent.end().sequence() + 1, null, flaw);
            return verifier.verdict();
        }

        private Done done() {
            Verdict verdict = verdict();
            Verdict.Finding finding = verdict.finding();
            return new Done(
                    walk.range().from(),
                    walk.range().to(),
                    verdict.entries(),
                    verdict.checkpoints(),
                    verdict.erased(),
                    verdict.valid(),
                    finding == null
                            ? null
                            : new FirstBad(finding.sequence(), finding.flaw().reason()));
        }
    }
}
