package dev.rhizome.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.ledger.ChainWalk;
import dev.rhizome.ledger.Flaw;
import dev.rhizome.ledger.LedgerVerifier;
import dev.rhizome.ledger.Verdict;
import dev.rhizome.tenant.TenantContext;
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
            @Nullable FirstBad firstBad)
            implements Step {}

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
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FirstBad(long sequence, @Nullable String id, String reason) {

        static FirstBad of(Verdict.Finding finding) {
            return new FirstBad(
                    finding.sequence(), finding.id(), reason(finding.flaw().kind()));
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
    private final IntegrityKey key;

    EventVerification(TenantTransactions transactions, IntegrityKey key) {
        this.transactions = transactions;
        this.key = key;
    }

    /** Verifies {@code range} of the chain. Cancelling ends the walk. */
    Flux<Step> verify(ChainWalk.Range range) {
        return TenantContext.current().flatMapMany(tenant -> new Run(tenant, range).steps());
    }

    /** One verification. */
    private final class Run {
        private final EventLedger ledger;
        private final EventChain chain;
        private final ChainWalk.Range range;
        private EventChain.End end = EventChain.End.NONE;
        private TruncationPoint truncation = TruncationPoint.NONE;

        private Run(TenantId tenant, ChainWalk.Range range) {
            this.ledger = key.ledgerOf(tenant);
            this.chain = new EventChain(transactions, ledger);
            this.range = range;
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
            return chain.ends()
                    .doOnNext(ends -> {
                        end = ends.getT1();
                        truncation = ends.getT2();
                    })
                    .flatMap(ends -> ChainWalk.begin(
                            chain, ledger, range, new ChainWalk.Ends(truncation.position(), end.position())))
                    .doOnNext(walk -> checkEnds(walk.verifier()));
        }

        private void checkEnds(LedgerVerifier<Event> verifier) {
            if (!end.isSealedBy(ledger)) {
                verifier.fail(
                        end.position().sequence(), Flaw.Kind.CHECKPOINT, "the end of the chain is not what was sealed");
            }
            if (!ledger.isValid(truncation)) {
                verifier.fail(
                        truncation.sequence(), Flaw.Kind.TRUNCATION, "the truncation point is not what was sealed");
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
            Verdict verdict = walk.verifier().verdict();
            Verdict.Finding finding = verdict.finding();
            return new Done(
                    verdict.valid(),
                    verdict.intact(),
                    walk.range().from(),
                    walk.range().to(),
                    truncation.equals(TruncationPoint.NONE) ? null : truncation,
                    new End(end.position().sequence(), end.position().link()),
                    finding == null ? null : FirstBad.of(finding));
        }
    }
}
