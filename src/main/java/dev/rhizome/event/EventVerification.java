package dev.rhizome.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.ledger.ChainIdentity;
import dev.rhizome.ledger.ChainPosition;
import dev.rhizome.ledger.ChainWalk;
import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.ledger.Flaw;
import dev.rhizome.ledger.LedgerVerifier;
import dev.rhizome.ledger.Verdict;
import dev.rhizome.tenant.TenantId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Verifies the current tenant's events. */
public final class EventVerification {

    /** What a verification emits: {@link Progress} after each page, then one {@link Done}. */
    sealed interface Step {}

    /**
     * How far the walk is.
     *
     * @param sequence of the last event of the page
     * @param events how many were valid so far
     */
    record Progress(long sequence, long events) implements Step {}

    /**
     * What the walk found.
     *
     * @param valid whether all events are as they were written
     * @param events how many are, up to the first that is not
     * @param from sequence of the first event that was verified; events before it may have been removed by retention
     * @param to sequence of the last event that was to be verified
     * @param anchor where the chain begins, null where nothing was removed
     * @param head where the chain ended as the walk began; a copy kept elsewhere shows later whether the chain was changed
     * @param keptHead whether the kept head was compared, null where none was given
     * @param firstBad the first event that is not as it was written, null where there is none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Done(
            boolean valid,
            long events,
            long from,
            long to,
            @Nullable TruncationPoint anchor,
            End head,
            @Nullable KeptHead keptHead,
            @Nullable FirstBad firstBad)
            implements Step {}

    /**
     * What became of a kept head.
     *
     * @param sequence of the event that it is of
     * @param compared whether it was compared; it cannot be where retention has removed the event
     * @param detail for people: why it was not, and what can be done; null where it was
     * @param file of the archive that has the event, null where there is none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record KeptHead(
            long sequence,
            boolean compared,
            @Nullable String detail,
            @Nullable String file) {

        static KeptHead removed(long sequence, TruncationPoint point) {
            String what = point.file() == null
                    ? "retention deleted its event, so there is nothing left to compare it with"
                    : "retention archived its event; compare it with the archive: rhizome verify-archive --head";
            return new KeptHead(sequence, false, what, point.file());
        }
    }

    /** The last event of a chain. */
    record End(long sequence, String mac) {}

    /**
     * The first event that is not as it was written.
     *
     * @param sequence its place
     * @param id null where there is no event
     * @param reason {@code changed}: the event, or its place, is not what its MAC was made of; {@code missing};
     *     {@code duplicate}; {@code head}: the chain does not end as its sealed head says; {@code anchor}: it does not begin
     *     as its sealed anchor says; {@code outside}: the event is in front of the beginning or behind the end
     * @param detail the reason for people
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FirstBad(long sequence, @Nullable String id, String reason, String detail) {

        static FirstBad of(Verdict.Finding finding) {
            Flaw flaw = finding.flaw();
            return new FirstBad(finding.sequence(), finding.id(), reason(flaw.kind()), flaw.reason());
        }

        private static String reason(Flaw.Kind kind) {
            return switch (kind) {
                case CHECKPOINT -> "head";
                case TRUNCATION -> "anchor";
                default -> kind.name().toLowerCase(Locale.ROOT);
            };
        }
    }

    private final TenantTransactions transactions;
    private final ChainIdentity identity;
    private final IntegrityKey key;

    EventVerification(TenantTransactions transactions, ChainIdentity identity, IntegrityKey key) {
        this.transactions = transactions;
        this.identity = identity;
        this.key = key;
    }

    /**
     * Verifies {@code range} of the chain. Cancelling ends the walk.
     *
     * @param kept a head that was kept elsewhere, null for none
     */
    Flux<Step> verify(ChainWalk.Range range, @Nullable Checkpoint kept) {
        return identity.current().flatMapMany(chain -> new Run(chain, range, kept).steps());
    }

    /** One verification. */
    private final class Run {
        private final EventLedger ledger;
        private final EventChain chain;
        private final ChainWalk.Range range;
        private final @Nullable Checkpoint kept;
        private EventChain.Extent extent = new EventChain.Extent(EventChain.End.NONE, 0, TruncationPoint.NONE);
        private @Nullable TruncationPoint removed;

        private Run(TenantId sealedAs, ChainWalk.Range range, @Nullable Checkpoint kept) {
            this.ledger = key.ledgerOf(sealedAs);
            this.chain = new EventChain(transactions, ledger);
            this.range = range;
            this.kept = kept;
        }

        private Flux<Step> steps() {
            return begin().flatMapMany(this::steps);
        }

        private Flux<Step> steps(ChainWalk<Event> walk) {
            return walk.positions()
                    .<Step>map(
                            position -> new Progress(position, walk.verifier().intact()))
                    .concatWith(Mono.defer(() -> outside(walk)))
                    .concatWith(Mono.fromSupplier(() -> done(walk)));
        }

        private Mono<ChainWalk<Event>> begin() {
            return chain.extent()
                    .doOnNext(found -> extent = found)
                    .flatMap(found -> ChainWalk.begin(
                            chain,
                            ledger,
                            range,
                            new ChainWalk.Ends(
                                    found.truncation().position(), found.end().position())))
                    .doOnNext(walk -> checkEnds(walk.verifier()))
                    .flatMap(walk -> expect(walk.verifier()).thenReturn(walk));
        }

        private void checkEnds(LedgerVerifier<Event> verifier) {
            if (!extent.end().isSealedBy(ledger)) {
                verifier.fail(
                        extent.end().position().sequence(),
                        Flaw.Kind.CHECKPOINT,
                        "the end of the chain is not what was sealed");
            }
            checkTruncation(verifier, extent.truncation());
        }

        private void checkTruncation(LedgerVerifier<Event> verifier, TruncationPoint point) {
            if (!ledger.isValid(point)) {
                verifier.fail(point.sequence(), Flaw.Kind.TRUNCATION, "the truncation point is not what was sealed");
            }
        }

        /** A head in front of the chain's beginning is compared with the truncation point there, if there is one. */
        private Mono<Void> expect(LedgerVerifier<Event> verifier) {
            Checkpoint head = kept;
            if (head == null) {
                return Mono.empty();
            }
            boolean isRemoved = head.tenant().equals(ledger.tenant())
                    && head.sequence() < extent.truncation().sequence();
            if (!isRemoved) {
                verifier.checkpoint(head);
                return Mono.empty();
            }
            return chain.truncationFrom(head.sequence())
                    .doOnNext(point -> compare(verifier, head, point))
                    .then();
        }

        private void compare(LedgerVerifier<Event> verifier, Checkpoint head, TruncationPoint point) {
            checkTruncation(verifier, point);
            if (point.sequence() > head.sequence()) {
                removed = point;
            } else if (!point.mac().equals(head.link())) {
                verifier.fail(
                        head.sequence(),
                        Flaw.Kind.CHECKPOINT,
                        "the kept head says that another event was removed here");
            }
        }

        private Mono<Step> outside(ChainWalk<Event> walk) {
            return walk.isToTheEnd()
                    ? chain.outside()
                            .doOnNext(event -> walk.verifier()
                                    .fail(
                                            event.sequence(),
                                            event.id(),
                                            new Flaw(Flaw.Kind.OUTSIDE, "the event is not part of the chain")))
                            .then(Mono.empty())
                    : Mono.empty();
        }

        private Done done(ChainWalk<Event> walk) {
            ChainPosition end = extent.end().position();
            Flaw flaw = extent.flaw();
            if (flaw != null) {
                walk.verifier().fail(end.sequence() + 1, null, flaw);
            }
            Verdict verdict = walk.verifier().verdict();
            Verdict.Finding finding = verdict.finding();
            return new Done(
                    verdict.valid(),
                    verdict.intact(),
                    walk.range().from(),
                    walk.range().to(),
                    extent.truncation().equals(TruncationPoint.NONE) ? null : extent.truncation(),
                    new End(end.sequence(), end.link()),
                    keptHead(walk.verifier()),
                    finding == null ? null : FirstBad.of(finding));
        }

        private @Nullable KeptHead keptHead(LedgerVerifier<Event> verifier) {
            TruncationPoint point = removed;
            if (kept == null) {
                return null;
            }
            if (point != null) {
                return KeptHead.removed(kept.sequence(), point);
            }
            return verifier.passedCheckpoints() > 0
                    ? new KeptHead(kept.sequence(), false, "retention removed its event meanwhile; ask again", null)
                    : new KeptHead(kept.sequence(), true, null, null);
        }
    }
}
