package dev.rhizome.event;

import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.TransactionSettings;
import dev.rhizome.http.StreamEvent;
import dev.rhizome.tenant.TenantContext;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Verifies the current tenant's chain, a bounded page a transaction, so that a long walk holds no connection. */
public final class EventVerifier {

    private static final String HEAD = """
            select sequence, encode(mac, 'hex') as mac, encode(seal, 'hex') as seal
              from event_heads where tenant_id = current_tenant()
            """;
    private static final String PAGE = "select " + Event.COLUMNS + """
              from performance_events
             where sequence >= $1 and sequence <= $2
             order by sequence
             limit $3
            """;
    /** In one statement, since head and events change together. */
    private static final String OUTSIDE = "select " + Event.COLUMNS + """
              from performance_events
             where sequence > coalesce((select h.sequence from event_heads h), 0)
                or sequence <= coalesce((select max(a.sequence) from event_anchors a), 0)
             limit 1
            """;

    private static final int PAGE_ROWS = 1_000;

    private final TenantTransactions transactions;
    private final IntegrityKey key;

    EventVerifier(TenantTransactions transactions, IntegrityKey key) {
        this.transactions = transactions;
        this.key = key;
    }

    /**
     * Walks along {@code range} of the chain.
     *
     * @return {@code progress} for each page, then {@code done} with a {@link Verification.Done}. Cancelling ends the walk
     */
    Flux<List<StreamEvent>> verify(Verification.Range range) {
        return begin(range)
                .flatMapMany(walk -> Flux.defer(() -> page(walk))
                        .repeat(() -> !walk.isOver())
                        .map(ignored -> walk.progress())
                        .concatWith(Mono.defer(() -> end(walk))));
    }

    private Mono<Verification> begin(Verification.Range range) {
        // The anchor is read behind the head, so that it is not behind what the head stands for.
        return TenantContext.current()
                .flatMap(tenant -> transactions
                        .read(
                                Query.of(HEAD, Head::of),
                                Query.of(Anchor.LATEST, Anchor.Sealed::of),
                                TransactionSettings.NONE)
                        .map(both -> new Verification(
                                key.chainOf(tenant),
                                range,
                                both.getT1().stream().findFirst().orElse(Head.NONE),
                                both.getT2().stream().findFirst().orElse(Anchor.Sealed.NONE))));
    }

    private Mono<Verification> page(Verification walk) {
        return walk.isOver()
                ? Mono.empty()
                : transactions
                        .read(
                                Query.of(PAGE, Event::of, walk.position(), walk.to(), PAGE_ROWS),
                                Query.of(Anchor.LATEST, Anchor.Sealed::of),
                                TransactionSettings.NONE)
                        .publishOn(Schedulers.parallel()) // macs of a page take some ten milliseconds
                        .map(both -> {
                            walk.see(
                                    both.getT1(),
                                    both.getT2().stream().findFirst().orElse(Anchor.Sealed.NONE));
                            return walk;
                        });
    }

    private Mono<List<StreamEvent>> end(Verification walk) {
        Mono<List<StreamEvent>> done = Mono.fromSupplier(() -> List.of(StreamEvent.done(walk.done())));
        return walk.cameToTheEnd()
                ? transactions
                        .read(Query.of(OUTSIDE, Event::of))
                        .doOnNext(walk::seeOutside)
                        .then(done)
                : done;
    }
}
