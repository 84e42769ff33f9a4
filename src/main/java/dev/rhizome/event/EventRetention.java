package dev.rhizome.event;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.ledger.ChainIdentity;
import dev.rhizome.ledger.LedgerVerifier;
import dev.rhizome.ledger.Verdict;
import dev.rhizome.problem.Conflict;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.spi.Readable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Applies a tenant's retention policy to its events: {@code retain}, the default, keeps them; {@code delete} and
 * {@code archive} remove the oldest in the order of arrival, up to the first event that is not old enough by its own time. So
 * an old event that arrived late stays until the events before it go.
 *
 * <p>A part of the chain goes in one transaction with the truncation point that replaces it, and only after it was verified.
 * Events that no reader has processed yet stay, see {@code event_progress}.
 */
public final class EventRetention {

    /** Locks the row that readers of new events lock too, so that each job is done by one process at a time. */
    private static final String LOCK = """
            with alive as (
              select tenant_id, retention -> 'events' as policy from tenants
               where tenant_id = $1 and status = 'active' for share
            ), locked as (
              insert into event_progress as u (tenant_id)
              select tenant_id from alive
                  on conflict on constraint event_progress_pkey do update set processed_to = u.processed_to
              returning processed_to
            )
            select coalesce(policy ->> 'policy', 'retain') as policy, (policy ->> 'days')::integer as days, processed_to
              from alive, locked
            """;

    /** As {@link #LOCK}, without the lock. */
    private static final String POLICY = """
            select coalesce(t.retention -> 'events' ->> 'policy', 'retain') as policy,
                   (t.retention -> 'events' ->> 'days')::integer as days, coalesce(p.processed_to, 0) as processed_to
              from tenants t
              left join event_progress p on p.tenant_id = $1
             where t.tenant_id = $1 and t.status = 'active'
            """;

    private static final String ARCHIVE = "archive";

    private static final String OLDEST = "select " + Event.COLUMNS + """
              from performance_events
             where tenant_id = $1 and sequence > $2
             order by sequence
             limit $3
            """;
    private static final String TRUNCATE = """
            insert into event_truncations (tenant_id, sequence, mac, events, policy, file, newest_at, pruned_at,
                   truncation_mac)
            values ($1, $2, decode($3, 'hex'), $4, $5, $6, $7, $8, decode($9, 'hex'))
            """;
    private static final String PRUNE = "select prune_events($2, $3) as removed where $1 = current_tenant()";
    private static final String DONE = "update event_progress set retained_at = now() where tenant_id = $1";

    private final TenantTransactions transactions;
    private final ChainIdentity identity;
    private final IntegrityKey key;
    private final EventArchive archive;
    private final Clock clock;
    private final int batch;

    /**
     * Removes events.
     *
     * @param batch how many events go at once
     */
    EventRetention(
            TenantTransactions transactions,
            ChainIdentity identity,
            IntegrityKey key,
            EventArchive archive,
            Clock clock,
            int batch) {
        this.transactions = transactions;
        this.identity = identity;
        this.key = key;
        this.archive = archive;
        this.clock = clock;
        this.batch = batch;
    }

    /**
     * What retention did to a tenant.
     *
     * @param policy the tenant's policy
     * @param removed how many events are gone
     * @param files that have them, where they were archived
     */
    public record Retained(String policy, long removed, List<String> files) {

        private static final Retained NOTHING = new Retained("retain", 0, List.of());

        private static Retained sum(List<Retained> parts) {
            return new Retained(
                    parts.isEmpty() ? NOTHING.policy : parts.getLast().policy,
                    parts.stream().mapToLong(Retained::removed).sum(),
                    parts.stream().flatMap(part -> part.files.stream()).toList());
        }
    }

    private record Policy(String name, @Nullable Integer days, long processedTo) {

        static Policy of(Readable row) {
            return new Policy(
                    Rows.required(row, "policy", String.class),
                    row.get("days", Integer.class),
                    Rows.required(row, "processed_to", Long.class));
        }
    }

    /**
     * Applies the current tenant's policy.
     *
     * @return what was done; an error of {@link Conflict} where the part that would go is not valid, and stays. Cancelling
     *     keeps what is done so far
     */
    public Mono<Retained> apply() {
        return removeSome()
                .repeat()
                .takeUntil(part -> part.removed() == 0)
                .collectList()
                .map(Retained::sum);
    }

    /**
     * Removes the oldest part of the current tenant's chain that may go; says that nothing was removed where there is none.
     * What is to be archived is written first, while no transaction is open: a store may take its time.
     */
    Mono<Retained> removeSome() {
        return Mono.zip(TenantContext.current(), identity.current())
                .flatMap(both -> removeSome(both.getT1(), both.getT2()))
                .defaultIfEmpty(Retained.NOTHING);
    }

    private Mono<Retained> removeSome(TenantId tenant, TenantId sealedAs) {
        return transactions
                .reading(connection -> new Run(connection, sealedAs, null).toArchive())
                .flatMap(part -> archive.write(tenant, part.content(sealedAs))
                        .map(file -> new Archived(file, part.events().getLast().mac())))
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .flatMap(archived -> transactions.writing(
                        connection -> new Run(connection, sealedAs, archived.orElse(null)).removeSome()));
    }

    /**
     * A part that is in the archive.
     *
     * @param file that has it
     * @param mac of its last event
     */
    private record Archived(String file, String mac) {}

    /** One transaction. */
    private final class Run {
        private final TenantConnection connection;
        private final EventLedger ledger;
        private final @Nullable Archived archived;

        private Run(TenantConnection connection, TenantId sealedAs, @Nullable Archived archived) {
            this.connection = connection;
            this.ledger = key.ledgerOf(sealedAs);
            this.archived = archived;
        }

        /** What is to be archived before it can go, verified; empty where nothing is. */
        private Mono<Part> toArchive() {
            return connection
                    .rows(Query.ofTenant(POLICY, Policy::of))
                    .next()
                    .filter(policy -> policy.name().equals(ARCHIVE))
                    .flatMap(this::part)
                    .flatMap(this::valid);
        }

        private Mono<Retained> removeSome() {
            return connection.rows(Query.ofTenant(LOCK, Policy::of)).next().flatMap(this::removeBy);
        }

        private Mono<Retained> removeBy(Policy policy) {
            return part(policy)
                    .flatMap(this::valid)
                    .flatMap(this::remove)
                    .switchIfEmpty(Mono.defer(() -> done(policy)));
        }

        private Mono<Retained> done(Policy policy) {
            return connection.changed(Query.changeOfTenant(DONE)).thenReturn(new Retained(policy.name(), 0, List.of()));
        }

        /** What is to go; empty where nothing is. */
        private Mono<Part> part(Policy policy) {
            Integer days = policy.days();
            if (days == null || policy.name().equals("retain")) {
                return Mono.empty();
            }
            Instant cutoff = clock.instant().minus(Duration.ofDays(days));
            return connection
                    .rows(Query.ofTenant(TruncationPoint.LATEST, TruncationPoint::of))
                    .next()
                    .defaultIfEmpty(TruncationPoint.NONE)
                    .flatMap(last -> part(policy, last, cutoff))
                    .filter(part -> !part.events().isEmpty());
        }

        private Mono<Part> part(Policy policy, TruncationPoint last, Instant cutoff) {
            return connection
                    .list(Query.ofTenant(OLDEST, Event::of, last.sequence(), batch))
                    .map(oldest -> Part.of(policy, last, cutoff, oldest));
        }

        private Mono<Part> valid(Part part) {
            String flaw = part.flaw(ledger);
            return flaw == null
                    ? Mono.just(part)
                    : Mono.error(() -> new Conflict("the chain is not valid " + flaw + "; nothing is removed"));
        }

        private Mono<Retained> remove(Part part) {
            if (!part.policy().equals(ARCHIVE)) {
                return remove(part, null);
            }
            Archived written = archived;
            Part inArchive = written == null ? null : part.upTo(written.mac());
            return written == null || inArchive == null
                    ? Mono.just(Retained.NOTHING)
                    : remove(inArchive, written.file());
        }

        private Mono<Retained> remove(Part part, @Nullable String file) {
            TruncationPoint point = ledger.sealed(part.truncatedTo(file, now()));
            return truncate(point).thenReturn(Part.removed(point));
        }

        private Mono<Void> truncate(TruncationPoint point) {
            String part = (point.sequence() - point.events() + 1) + "-" + point.sequence();
            String details = "{\"policy\":\"" + point.policy() + "\"}"; // one of the known words
            return connection
                    .changed(Query.changeOfTenant(
                            TRUNCATE,
                            point.sequence(),
                            point.mac(),
                            point.events(),
                            point.policy(),
                            Query.nullable(point.file(), String.class),
                            point.newestAt(),
                            point.prunedAt(),
                            point.seal()))
                    .then(prune(point))
                    .filter(removed -> removed == point.events())
                    .switchIfEmpty(
                            Mono.error(() -> new Conflict("events " + part + " changed after they were verified")))
                    .then(AuditLog.record(connection, new AuditLog.Change("pruned", "event", List.of(part), details)));
        }

        private Mono<Long> prune(TruncationPoint point) {
            return connection
                    .rows(Query.ofTenant(
                            PRUNE, row -> Rows.required(row, "removed", Long.class), point.sequence(), batch))
                    .single();
        }
    }

    /**
     * What goes together.
     *
     * @param policy by which it goes
     * @param last where the chain begins until then
     * @param events that go
     */
    private record Part(String policy, TruncationPoint last, List<Event> events) {

        /** The first of {@code oldest} that are old enough and processed. */
        static Part of(Policy policy, TruncationPoint last, Instant cutoff, List<Event> oldest) {
            return new Part(
                    policy.name(),
                    last,
                    oldest.stream()
                            .takeWhile(event -> event.at().isBefore(cutoff) && event.sequence() <= policy.processedTo())
                            .toList());
        }

        private ArchiveFile.Content content(TenantId sealedAs) {
            return new ArchiveFile.Content(sealedAs, events, last.mac());
        }

        /** The events up to the one of {@code mac}; null where it is not among them, since another process removed it. */
        @Nullable
        Part upTo(String mac) {
            int found = events.stream().map(Event::mac).toList().indexOf(mac);
            return found < 0 ? null : new Part(policy, last, events.subList(0, found + 1));
        }

        /** What is wrong with the part, null where nothing is. */
        @Nullable
        String flaw(EventLedger ledger) {
            if (!ledger.isValid(last)) {
                return "at its truncation point " + last.sequence();
            }
            LedgerVerifier<Event> verifier = new LedgerVerifier<>(ledger, last.sequence(), last.mac());
            events.forEach(verifier::entry);
            Verdict.Finding finding = verifier.verdict().finding();
            return finding == null ? null : "at event " + finding.sequence();
        }

        /** Where the chain begins from then on. */
        TruncationPoint truncatedTo(@Nullable String file, Instant now) {
            Event newest = events.stream().max(Comparator.comparing(Event::at)).orElseThrow();
            Event end = events.getLast();
            return new TruncationPoint(end.sequence(), end.mac(), events.size(), policy, file, newest.at(), now, "");
        }

        static Retained removed(TruncationPoint point) {
            String file = point.file();
            return new Retained(point.policy(), point.events(), file == null ? List.of() : List.of(file));
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
