package dev.rhizome.event;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.ledger.ChainIdentity;
import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.ledger.Seal;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.tenant.TenantId;
import java.time.Instant;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sealed statements of where the current tenant's chain of events is, and where it begins. */
final class EventHeads {

    private final TenantTransactions transactions;
    private final ChainIdentity identity;
    private final IntegrityKey key;

    EventHeads(TenantTransactions transactions, ChainIdentity identity, IntegrityKey key) {
        this.transactions = transactions;
        this.identity = identity;
        this.key = key;
    }

    /**
     * A head of the chain's end, sealed now; empty for a chain without events. An error of {@link Conflict} where the end is
     * not one that this installation sealed, or not as far as the chain has been.
     */
    Mono<Checkpoint> newest() {
        return identity.current()
                .map(key::ledgerOf)
                .flatMap(ledger ->
                        new EventChain(transactions, ledger).extent().flatMap(extent -> head(ledger, extent)));
    }

    private static Mono<Checkpoint> head(EventLedger ledger, EventChain.Extent extent) {
        EventChain.End end = extent.end();
        if (!end.isSealedBy(ledger) || extent.flaw() != null) {
            return Mono.error(
                    () -> new Conflict("the chain does not end as this installation sealed it; verify it instead"));
        }
        return end.position().sequence() == 0
                ? Mono.empty()
                : Mono.just(ledger.checkpoint(end.position(), (Instant) null));
    }

    /**
     * Checks a head that a client kept.
     *
     * @throws InvalidRequest where no trusted key sealed it, since it says nothing about the chain then
     */
    Checkpoint trusted(Checkpoint head) {
        if (key.ledgerOf(new TenantId(head.tenant())).check(head) != Seal.Check.VALID) {
            throw InvalidRequest.of("signature", "not made with a trusted key", "a head as the service gave it out");
        }
        return head;
    }

    /** What retention removed, part by part, in front of {@code before}, newest first. */
    Flux<TruncationPoint> truncations(long before, int limit) {
        return identity.current()
                .map(key::ledgerOf)
                .flatMapMany(ledger -> new EventChain(transactions, ledger).truncations(before, limit));
    }
}
