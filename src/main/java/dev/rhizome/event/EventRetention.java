package dev.rhizome.event;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.Conflict;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.spi.Readable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Applies what a tenant says of how long its events are kept: {@code retain}, the default, keeps them; {@code delete} and
 * {@code archive} remove the oldest in the order of arrival, up to the first that is not old enough by its own time. So an old
 * event that came late is kept until those before it go.
 *
 * <p>A part of the chain goes in one transaction with the anchor that stands for it, and not before it has been verified.
 */
public final class EventRetention {

    /** The row that roll-ups lock too, so that each is done by one process at a time, and not the other meanwhile. */
    private static final String LOCK = """
            with alive as (
              select tenant_id, retention -> 'events' as policy from tenants
               where tenant_id = current_tenant() and status = 'active' for share
            ), locked as (
              insert into event_upkeep as u (tenant_id)
              select tenant_id from alive
                  on conflict on constraint event_upkeep_pkey do update set rolled_up_to = u.rolled_up_to
              returning rolled_up_to
            )
            select coalesce(policy ->> 'policy', 'retain') as policy, (policy ->> 'days')::integer as days, rolled_up_to
              from alive, locked
            """;

    private static final String OLDEST = "select " + Event.COLUMNS + """
              from performance_events where sequence > $1 order by sequence limit $2
            """;
    private static final String ANCHOR = """
            insert into event_anchors (sequence, mac, events, policy, file, newest_at, pruned_at, seal)
            values ($1, decode($2, 'hex'), $3, $4, $5, $6, $7, decode($8, 'hex'))
            """;
    private static final String PRUNE = "select prune_events($1, $2) as removed";
    private static final String DONE = "update event_upkeep set retained_at = now() where tenant_id = current_tenant()";

    private final TenantTransactions transactions;
    private final IntegrityKey key;
    private final EventArchive archive;
    private final Limits limits;

    EventRetention(TenantTransactions transactions, IntegrityKey key, EventArchive archive, Limits limits) {
        this.transactions = transactions;
        this.key = key;
        this.archive = archive;
        this.limits = limits;
    }

    /** When it is, and how many events go at once. */
    record Limits(Clock clock, int batch) {}

    /**
     * What retention did to a tenant.
     *
     * @param policy that it applied
     * @param removed how many events are gone
     * @param files that they are in, where they were archived
     */
    record Retained(String policy, long removed, List<String> files) {}

    private record Policy(String name, @Nullable Integer days, long rolledUpTo) {

        static Policy of(Readable row) {
            return new Policy(
                    Rows.required(row, "policy", String.class),
                    row.get("days", Integer.class),
                    Rows.required(row, "rolled_up_to", Long.class));
        }
    }

    /**
     * Applies the current tenant's policy.
     *
     * @return what was done; an error of {@link Conflict} where the part that would go does not verify, which stays then.
     *     Cancelling keeps what is done so far
     */
    Mono<Retained> apply() {
        return step().repeat()
                .takeUntil(part -> part.removed() == 0)
                .collectList()
                .map(EventRetention::sum);
    }

    private static Retained sum(List<Retained> parts) {
        List<String> files = new ArrayList<>();
        parts.forEach(part -> files.addAll(part.files()));
        return new Retained(
                parts.isEmpty() ? "retain" : parts.getLast().policy(),
                parts.stream().mapToLong(Retained::removed).sum(),
                files);
    }

    private Mono<Retained> step() {
        Retained nothing = new Retained("retain", 0, List.of());
        return TenantContext.current()
                .flatMap(tenant -> transactions.writing(connection -> connection
                        .rows(Query.of(LOCK, Policy::of))
                        .next()
                        .flatMap(policy -> part(connection, tenant, policy))))
                .defaultIfEmpty(nothing);
    }

    private Mono<Retained> part(TenantConnection connection, TenantId tenant, Policy policy) {
        Integer days = policy.days();
        Retained nothing = new Retained(policy.name(), 0, List.of());
        if (days == null || policy.name().equals("retain")) {
            return connection.changed(DONE).thenReturn(nothing);
        }
        Instant cutoff = limits.clock().instant().minus(Duration.ofDays(days));
        return connection
                .rows(Query.of(Anchor.LATEST, Anchor.Sealed::of))
                .next()
                .defaultIfEmpty(Anchor.Sealed.NONE)
                .flatMap(last -> oldest(connection, last.anchor(), old(policy, cutoff))
                        .flatMap(old -> old.isEmpty()
                                ? connection.changed(DONE).thenReturn(nothing)
                                : remove(connection, tenant, new Part(policy.name(), last, old))));
    }

    /**
     * What goes together.
     *
     * @param policy by which it goes
     * @param last where the chain begins until then
     * @param events that go, at least one
     */
    private record Part(String policy, Anchor.Sealed last, List<Event> events) {

        /** Where the chain begins from then on. */
        Anchor anchor(@Nullable String file, Instant now) {
            Event newest = events.stream().max(Comparator.comparing(Event::at)).orElseThrow();
            return new Anchor(
                    events.getLast().sequence(), events.getLast().mac(), events.size(), policy, file, newest.at(), now);
        }
    }

    /** What no roll-up counts yet is not old enough. */
    private static Predicate<Event> old(Policy policy, Instant cutoff) {
        return event -> event.at().isBefore(cutoff) && event.sequence() <= policy.rolledUpTo();
    }

    private Mono<List<Event>> oldest(TenantConnection connection, Anchor last, Predicate<Event> isOld) {
        return connection
                .list(Query.of(OLDEST, Event::of, last.sequence(), limits.batch()))
                .map(events -> events.stream().takeWhile(isOld).toList());
    }

    /** Writing a file twice, where the transaction has to be repeated, leaves the same file. */
    private Mono<Retained> remove(TenantConnection connection, TenantId tenant, Part part) {
        EventChain chain = key.chainOf(tenant);
        Event broken = firstBroken(part, chain);
        if (broken != null || !part.last().holds(chain)) {
            return Mono.error(() -> new Conflict("the chain does not hold"
                    + (broken == null ? " at its anchor" : " at event " + broken.sequence()) + "; nothing is removed"));
        }
        Mono<Anchor> anchor = part.policy().equals("archive")
                ? archive.write(tenant, part.events(), part.last().anchor().mac())
                        .map(file -> part.anchor(file, now()))
                : Mono.fromSupplier(() -> part.anchor(null, now()));
        return anchor.flatMap(made -> recorded(connection, made, chain.sealOf(made))
                .thenReturn(new Retained(
                        part.policy(), made.events(), made.file() == null ? List.of() : List.of(made.file()))));
    }

    private static @Nullable Event firstBroken(Part part, EventChain chain) {
        String previous = part.last().anchor().mac();
        long sequence = part.last().anchor().sequence();
        for (Event event : part.events()) {
            sequence++;
            if (event.sequence() != sequence || !chain.holds(event, previous)) {
                return event;
            }
            previous = event.mac();
        }
        return null;
    }

    private Mono<Void> recorded(TenantConnection connection, Anchor anchor, String seal) {
        String part = (anchor.sequence() - anchor.events() + 1) + "-" + anchor.sequence();
        String details = "{\"policy\":\"" + anchor.policy() + "\"}";
        return connection
                .changed(
                        ANCHOR,
                        anchor.sequence(),
                        anchor.mac(),
                        anchor.events(),
                        anchor.policy(),
                        Query.nullable(anchor.file(), String.class),
                        anchor.newestAt(),
                        anchor.prunedAt(),
                        seal)
                .then(connection
                        .rows(Query.of(
                                PRUNE,
                                row -> Rows.required(row, "removed", Long.class),
                                anchor.sequence(),
                                limits.batch()))
                        .single())
                .filter(removed -> removed == anchor.events())
                .switchIfEmpty(Mono.error(() -> new Conflict("events " + part + " are not as they were verified")))
                .then(AuditLog.record(connection, new AuditLog.Change("pruned", "event", List.of(part), details)));
    }

    private Instant now() {
        return limits.clock().instant().truncatedTo(ChronoUnit.MICROS);
    }
}
