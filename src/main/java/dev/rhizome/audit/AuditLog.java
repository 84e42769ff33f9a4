package dev.rhizome.audit;

import dev.rhizome.bulk.Outcome;
import dev.rhizome.bulk.WrittenOnce;
import dev.rhizome.database.Query;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.tenant.Actor;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What was done by whom to the current tenant, newest first. Nobody changes or removes an entry, not even with the tenant. */
public final class AuditLog {

    private static final String RECORD = """
            insert into audit_log (tenant_id, actor, role, request_id, action, kind, subject, details)
            select $1, $2, $3, $4, $5, $6, subject, $8::jsonb from unnest($7::text[]) as subject
            """;
    private static final String RECORD_EACH = """
            insert into audit_log (tenant_id, actor, role, request_id, action, kind, subject)
            select $1, events.*
              from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) as events
            """;
    private static final String LIST = """
            select entry_id, occurred_at, actor, role, request_id, action, kind, subject, details
              from audit_log
             where tenant_id = $1 and (occurred_at, entry_id) < ($2, $3)
               and ($4::text is null or actor = $4) and ($5::text is null or action = $5)
               and ($6::text is null or kind = $6) and ($7::text is null or subject = $7)
               and occurred_at >= $8
             order by occurred_at desc, entry_id desc
             limit $9
            """;

    private final TenantTransactions transactions;

    /** Reads through the one door. */
    public AuditLog(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Which entries are wanted.
     *
     * @param actor who did it, null for anybody
     * @param action what was done, null for anything
     * @param kind of thing, null for any
     * @param subject id of the thing, null for any
     * @param since inclusive
     * @param until exclusive
     */
    public record Filter(
            @Nullable String actor,
            @Nullable String action,
            @Nullable String kind,
            @Nullable String subject,
            Instant since,
            Instant until) {}

    /**
     * What was done to some things.
     *
     * @param action a word in lower case, such as {@code deleted}
     * @param kind of the things, such as {@code agent}
     * @param subjects their ids; each becomes an entry
     * @param details a JSON object
     */
    public record Change(String action, String kind, List<String> subjects, String details) {}

    /**
     * What one of several actors did to one thing.
     *
     * @param actor on whose account
     * @param action a word in lower case
     * @param kind of the thing
     * @param subject id of the thing
     */
    public record Event(Actor actor, String action, String kind, String subject) {}

    /** Records what several actors did in one transaction, that of {@code connection}. */
    public static Mono<Void> record(TenantConnection connection, List<Event> events) {
        return events.isEmpty()
                ? Mono.empty()
                : connection
                        .changed(Query.changeOfTenant(
                                RECORD_EACH,
                                column(events, event -> event.actor().name()),
                                column(events, event -> event.actor().role()),
                                column(events, event -> event.actor().requestId()),
                                column(events, Event::action),
                                column(events, Event::kind),
                                column(events, Event::subject)))
                        .then();
    }

    private static Object column(List<Event> events, Function<Event, @Nullable String> field) {
        return events.stream().map(field).toArray(String[]::new);
    }

    /** Records that {@code action} was done to one thing, in the transaction of {@code connection}. */
    public static Mono<Void> record(TenantConnection connection, String action, String kind, String subject) {
        return record(connection, new Change(action, kind, List.of(subject), "{}"));
    }

    /**
     * Records a change, in the transaction of {@code connection}.
     *
     * @return when it is written; an error of {@link IllegalStateException} where no {@link Actor} is in the context
     */
    public static Mono<Void> record(TenantConnection connection, Change change) {
        return change.subjects().isEmpty()
                ? Mono.empty()
                : Actor.current()
                        .flatMap(actor -> connection.changed(Query.changeOfTenant(
                                RECORD,
                                actor.name(),
                                actor.role(),
                                Query.nullable(actor.requestId(), String.class),
                                change.action(),
                                change.kind(),
                                change.subjects().toArray(String[]::new),
                                change.details())))
                        .then();
    }

    /** Records which things were created and which updated, in the transaction of {@code connection}. */
    public static Mono<Void> record(TenantConnection connection, String kind, Map<String, Outcome> outcomes) {
        return Flux.just(Outcome.CREATED, Outcome.UPDATED)
                .concatMap(
                        outcome -> record(connection, new Change(outcome.label(), kind, keys(outcomes, outcome), "{}")))
                .then();
    }

    /** Records which of {@code rows} were created, in the transaction of {@code connection}. */
    public static Mono<Void> recordCreated(TenantConnection connection, String kind, List<WrittenOnce> rows) {
        List<String> created =
                rows.stream().filter(WrittenOnce::created).map(WrittenOnce::id).toList();
        return record(connection, new Change(Outcome.CREATED.label(), kind, created, "{}"));
    }

    private static List<String> keys(Map<String, Outcome> outcomes, Outcome wanted) {
        return outcomes.entrySet().stream()
                .filter(entry -> entry.getValue() == wanted)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Entries that {@code filter} lets through, newest first, those behind {@code after}. */
    Flux<AuditEntry> list(Filter filter, @Nullable Cursor after, int limit) {
        Instant before =
                after == null ? filter.until() : Instant.parse(after.key().getFirst());
        UUID beforeId =
                after == null ? new UUID(0, 0) : UUID.fromString(after.key().getLast());
        return transactions.filtered(Query.ofTenant(
                LIST,
                AuditEntry::of,
                before,
                beforeId,
                Query.nullable(filter.actor(), String.class),
                Query.nullable(filter.action(), String.class),
                Query.nullable(filter.kind(), String.class),
                Query.nullable(filter.subject(), String.class),
                filter.since(),
                limit));
    }
}
