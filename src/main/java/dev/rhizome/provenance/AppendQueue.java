package dev.rhizome.provenance;

import dev.rhizome.problem.Overloaded;
import dev.rhizome.provenance.ChainWriter.Addition;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Lets all that is to be added to one tenant's chain at the same time share a transaction, so that one connection, not one
 * for each client, waits for the lock on the chain's end.
 *
 * <p>What comes while a transaction runs is collected, and is the next one's. A transaction that has begun is nobody's to
 * cancel, since it is others' too: whoever leaves before takes his entries along, whoever leaves later is not told of them.
 */
final class AppendQueue {

    private static final int MOST_ENTRIES = 500;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ChainWriter writer;
    private final int mostWaiting;
    private final Map<TenantId, Line> lines = new ConcurrentHashMap<>();

    /**
     * Adds through {@code writer}.
     *
     * @param mostWaiting callers of one tenant at once
     */
    AppendQueue(ChainWriter writer, int mostWaiting) {
        this.writer = writer;
        this.mostWaiting = mostWaiting;
    }

    /**
     * Adds {@code addition} to the current tenant's chain.
     *
     * @return when it is committed; an error of {@link Overloaded} where too many wait, and those of
     *     {@link ChainWriter#append}. Cancelled before its transaction has begun, it is not added
     */
    Mono<Void> append(Addition addition) {
        return TenantContext.current().flatMap(tenant -> {
            Ticket ticket = new Ticket(addition);
            return Mono.usingWhen(
                    Mono.fromSupplier(() -> lines.compute(tenant, (id, line) -> joined(id, line, ticket))),
                    line -> ticket.batch().outcome(ticket),
                    line -> left(tenant));
        });
    }

    private Line joined(TenantId tenant, @Nullable Line there, Ticket ticket) {
        Line line = there == null ? new Line() : there;
        if (line.waiting >= mostWaiting) {
            throw new Overloaded("too much is being added to the tenant's provenance", RETRY_AFTER);
        }
        line.waiting++;
        Batch open = line.open;
        if (open == null || !open.take(ticket)) {
            Batch next = new Batch(line.before, tenant);
            ticket.batch = next;
            boolean ignored = next.take(ticket);
            line.before = next.over.asMono();
            line.open = next;
        } else {
            ticket.batch = open;
        }
        return line;
    }

    /** A line is forgotten when nobody is in it; a transaction that its callers left finds the chain locked by nobody. */
    private Mono<Void> left(TenantId tenant) {
        return Mono.fromRunnable(() -> lines.computeIfPresent(tenant, (id, line) -> {
            line.waiting--;
            return line.waiting == 0 ? null : line;
        }));
    }

    /** What waits for one tenant's chain; guarded by the map's lock on its key. */
    private static final class Line {
        private int waiting;
        private @Nullable Batch open;
        private Mono<Void> before = Mono.empty();
    }

    /** One caller's place. */
    private static final class Ticket {
        private final Addition addition;
        private @Nullable Batch batch;
        private volatile boolean left;

        private Ticket(Addition addition) {
            this.addition = addition;
        }

        private Batch batch() {
            Batch own = batch;
            if (own == null) {
                throw new IllegalStateException("not in a batch");
            }
            return own;
        }
    }

    /** What shares a transaction. */
    private final class Batch {
        private final List<Ticket> tickets = new ArrayList<>();
        private final Set<String> keys = new HashSet<>();
        private final Sinks.Empty<Void> over = Sinks.empty();
        private final Mono<Map<Ticket, Mono<Void>>> run;
        private boolean closed;

        private Batch(Mono<Void> before, TenantId tenant) {
            // Cached: the first caller starts it, all get its outcome, and it goes on when they leave.
            this.run = before.then(Mono.defer(() -> write(closed())))
                    .contextWrite(TenantContext.of(tenant))
                    .doFinally(signal -> letTheNextOneGo())
                    .cache();
        }

        /** Whether {@code ticket} could still be taken; one key is not added twice in one statement. */
        private synchronized boolean take(Ticket ticket) {
            List<EntryInput> entries = ticket.addition.entries();
            if (closed
                    || (!tickets.isEmpty() && keys.size() + entries.size() > MOST_ENTRIES)
                    || entries.stream().anyMatch(entry -> keys.contains(entry.key()))) {
                return false;
            }
            entries.forEach(entry -> keys.add(entry.key()));
            return tickets.add(ticket);
        }

        private void letTheNextOneGo() {
            Sinks.EmitResult ignored = over.tryEmitEmpty();
        }

        private synchronized List<Ticket> closed() {
            closed = true;
            return tickets.stream().filter(ticket -> !ticket.left).toList();
        }

        private Mono<Void> outcome(Ticket ticket) {
            return run.flatMap(outcomes -> outcomes.getOrDefault(ticket, Mono.empty()))
                    .doOnCancel(() -> ticket.left = true);
        }

        private Mono<Map<Ticket, Mono<Void>>> write(List<Ticket> present) {
            if (present.isEmpty()) {
                return Mono.just(Map.of());
            }
            return one(present)
                    .onErrorResume(
                            error -> present.size() > 1 && ChainWriter.isOfOneEntry(error), error -> apart(present));
        }

        private Mono<Map<Ticket, Mono<Void>>> one(List<Ticket> present) {
            return writer.append(present.stream().map(ticket -> ticket.addition).toList())
                    .thenReturn(Map.of());
        }

        /** One that cannot be added does not keep the others out. */
        private Mono<Map<Ticket, Mono<Void>>> apart(List<Ticket> present) {
            Map<Ticket, Mono<Void>> outcomes = new HashMap<>();
            return Flux.fromIterable(present)
                    .concatMap(ticket -> one(List.of(ticket)).onErrorResume(error -> {
                        outcomes.put(ticket, Mono.error(error));
                        return Mono.empty();
                    }))
                    .then(Mono.just(outcomes));
        }
    }
}
