package dev.rhizome.provenance;

import dev.rhizome.database.RequestPosition;
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
 * Lets requests that append to one tenant's chain at the same time share a transaction, so that one connection, not one for
 * each request, waits for the lock on the chain's end.
 *
 * <p>Entries that arrive while a transaction runs are collected for the next one. A batch is shared by several requests, so
 * cancelling one of them must not cancel it: a request that is cancelled before its transaction begins is left out; one that is
 * cancelled later gets no answer, and its entries are appended.
 */
final class AppendQueue {

    private static final int MOST_ENTRIES = 500;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ChainWriter writer;
    private final int mostWaiting;
    private final Map<TenantId, Line> lines = new ConcurrentHashMap<>();

    /**
     * Appends through {@code writer}.
     *
     * @param mostWaiting most requests of one tenant at once
     */
    AppendQueue(ChainWriter writer, int mostWaiting) {
        this.writer = writer;
        this.mostWaiting = mostWaiting;
    }

    /**
     * Appends {@code addition} to the current tenant's chain.
     *
     * @return when it is committed; an error of {@link Overloaded} where too many requests wait, and the errors of
     *     {@link ChainWriter#append}. Cancelled before its transaction has begun, it is not appended
     */
    Mono<Void> append(Addition addition) {
        return TenantContext.current().flatMap(tenant -> append(tenant, new Ticket(addition)));
    }

    private Mono<Void> append(TenantId tenant, Ticket ticket) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> join(tenant, ticket)),
                line -> ticket.batch().outcome(ticket),
                line -> left(tenant));
    }

    private Line join(TenantId tenant, Ticket ticket) {
        return lines.compute(tenant, (id, line) -> joined(id, line, ticket));
    }

    private Line joined(TenantId tenant, @Nullable Line there, Ticket ticket) {
        Line line = there == null ? new Line() : there;
        if (line.waiting >= mostWaiting) {
            throw new Overloaded("too many requests append to the tenant's provenance", RETRY_AFTER);
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

    /** A line is removed when no request is in it. A transaction whose requests were all cancelled may run on; the lock orders it. */
    private Mono<Void> left(TenantId tenant) {
        return Mono.fromRunnable(() -> lines.computeIfPresent(tenant, (id, line) -> {
            line.waiting--;
            return line.waiting == 0 ? null : line;
        }));
    }

    /** The requests that wait for one tenant's chain; guarded by the map's lock on its key. */
    private static final class Line {
        private int waiting;
        private @Nullable Batch open;
        private Mono<Void> before = Mono.empty();
    }

    /** One request in a line. */
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

    /** Requests that share a transaction. */
    private final class Batch {
        private final List<Ticket> tickets = new ArrayList<>();
        private final Set<String> keys = new HashSet<>();
        private final Sinks.Empty<Void> over = Sinks.empty();
        /** None of the requests', which get it told: the transaction is in the context of the first of them alone. */
        private final RequestPosition position = new RequestPosition(false, RequestPosition.NOWHERE);

        private final Mono<Map<Ticket, Mono<Void>>> run;
        private boolean closed;

        private Batch(Mono<Void> before, TenantId tenant) {
            // Cached: the first request starts it, all get its outcome, and it goes on when they are cancelled.
            this.run = before.then(Mono.defer(() -> write(closed())))
                    .contextWrite(TenantContext.of(tenant))
                    .contextWrite(position.context())
                    .doFinally(signal -> letTheNextOneGo())
                    .cache();
        }

        /** Whether {@code ticket} was taken; a key cannot be in a statement twice. */
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
            return Mono.deferContextual(context -> run.doOnNext(
                                    outcomes -> RequestPosition.noteWritten(context, position.written()))
                            .flatMap(outcomes -> outcomes.getOrDefault(ticket, Mono.empty())))
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

        /** Appends each by itself, so that one that fails does not keep the others out. */
        private Mono<Map<Ticket, Mono<Void>>> apart(List<Ticket> present) {
            Map<Ticket, Mono<Void>> outcomes = new HashMap<>();
            return Flux.fromIterable(present)
                    .concatMap(ticket -> one(List.of(ticket)).onErrorResume(error -> noted(outcomes, ticket, error)))
                    .then(Mono.just(outcomes));
        }

        private Mono<Map<Ticket, Mono<Void>>> noted(Map<Ticket, Mono<Void>> outcomes, Ticket ticket, Throwable error) {
            outcomes.put(ticket, Mono.error(error));
            return Mono.empty();
        }
    }
}
