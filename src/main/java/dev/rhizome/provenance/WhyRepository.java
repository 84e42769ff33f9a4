package dev.rhizome.provenance;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.TransactionSettings;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;

/** Looks up who wrote things and what they were made from. Each look-up is bounded. */
final class WhyRepository {

    private static final String ENTITY = """
            select type, name, metadata ->> 'source' as source, metadata ->> 'provider' as provider
              from entities
             where tenant_id = $1 and entity_id = $2
            """;
    private static final String RELATIONSHIP = """
            select type, null as name, metadata ->> 'source' as source, metadata ->> 'provider' as provider
              from relationships
             where tenant_id = $1 and source_id = $2 and type = $3 and target_id = $4
            """;
    private static final String ATTRIBUTIONS = """
            select d.occurred_at, d.actor, d.request_id
              from unnest($2::text[], $3::text[]) as given (kind, subject)
             cross join lateral (
               (select occurred_at, actor, request_id from audit_log a
                 where a.tenant_id = $1 and a.kind = given.kind and a.subject = given.subject
                   and a.action in ('created', 'updated')
                 order by occurred_at limit 1)
               union
               (select occurred_at, actor, request_id from audit_log a
                 where a.tenant_id = $1 and a.kind = given.kind and a.subject = given.subject
                   and a.action in ('created', 'updated')
                 order by occurred_at desc limit 1)) as d
             order by d.occurred_at
            """;
    private static final String NAMING = ChainRows.COLUMNS + """
              from (select sequence from provenance_mentions where tenant_id = $1 and role = $2 and name = $3
                     union
                    select sequence from caws_provenance_graph
                     where tenant_id = $1 and entity_type = $4 and entity_id = $5
                     order by sequence desc limit $6) as m
             cross join lateral (select * from caws_provenance_graph g
                                  where g.tenant_id = $1 and g.sequence = m.sequence offset 0) as e
            """ + ChainRows.WITH_PAYLOAD + " order by e.sequence desc";
    private static final String DERIVED_BY_ENTRIES = """
            select f.id as from_id, e.sequence, e.entity_type, e.entity_id, e.about, e.relationships
              from unnest($2::text[]) as f (id)
             cross join lateral (select sequence from provenance_mentions
                                  where tenant_id = $1 and role = 'derived-from' and name = f.id
                                  order by sequence limit $3) as m
             cross join lateral (select * from caws_provenance_graph g
                                  where g.tenant_id = $1 and g.sequence = m.sequence offset 0) as e
             limit $3
            """;
    private static final String DERIVED_BY_EDGES = """
            select f.id as from_id, r.source_id
              from unnest($2::text[]) as f (id)
             cross join lateral (select source_id from relationships
                                  where tenant_id = $1 and target_id = f.id and type = 'DERIVED_FROM' and directed
                                  order by weight desc, source_id limit $3) as r
             limit $3
            """;
    private static final String DERIVED_FROM = """
            select target_id from relationships
             where tenant_id = $1 and source_id = $2 and type = 'DERIVED_FROM' and directed
             order by weight desc, target_id
             limit $3
            """;

    /** What a thing's own row says. */
    record Subject(
            String type,
            @Nullable String name,
            @Nullable String source,
            @Nullable String provider) {

        static Subject of(Readable row) {
            return new Subject(
                    Rows.required(row, "type", String.class),
                    row.get("name", String.class),
                    row.get("source", String.class),
                    row.get("provider", String.class));
        }
    }

    private final TenantTransactions transactions;

    WhyRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** The entity's own row; empty where there is none. */
    Mono<Subject> entity(String id) {
        return transactions.read(Query.ofTenant(ENTITY, Subject::of, id)).next();
    }

    /** The relationship's own row; empty where there is none. */
    Mono<Subject> relationship(RelationshipKey key) {
        return transactions
                .read(Query.ofTenant(RELATIONSHIP, Subject::of, key.source(), key.type(), key.target()))
                .next();
    }

    /** First and last time that one of the things of those kinds and names was written, in order. */
    Mono<List<Why.Attribution>> attributions(List<String> kinds, List<String> subjects) {
        return transactions
                .read(Query.ofTenant(
                        ATTRIBUTIONS,
                        row -> new Why.Attribution(
                                Rows.required(row, "occurred_at", Instant.class),
                                Rows.required(row, "actor", String.class),
                                row.get("request_id", String.class)),
                        kinds.toArray(String[]::new),
                        subjects.toArray(String[]::new)))
                .collectList();
    }

    /**
     * Entries that name something, newest first, and the entry that is called {@code itself}.
     *
     * @param role as what they name it
     */
    Mono<List<Why.Named>> naming(String role, String name, EntryKey itself, int most) {
        return transactions
                .read(Query.ofTenant(NAMING, ChainRows::entry, role, name, itself.type(), itself.id(), most))
                .map(stored -> Why.Named.of(stored.entry()))
                .collectList();
    }

    /** What the entity was derived from, as relationships say. */
    Mono<List<String>> origins(String id, int most) {
        return transactions
                .read(Query.ofTenant(DERIVED_FROM, row -> Rows.required(row, "target_id", String.class), id, most))
                .collectList();
    }

    /** What was derived from {@code ids} directly, as entries and as relationships say; up to {@code most} of each. */
    Mono<Tuple2<List<List<Why.Derived>>, List<Why.Derived>>> derived(List<String> ids, int hops, int most) {
        String[] from = ids.toArray(String[]::new);
        return transactions.read(
                Query.ofTenant(DERIVED_BY_ENTRIES, row -> byEntry(row, hops), from, most),
                Query.ofTenant(
                        DERIVED_BY_EDGES,
                        row -> new Why.Derived(
                                Rows.required(row, "source_id", String.class),
                                null,
                                hops,
                                Rows.required(row, "from_id", String.class),
                                null),
                        from,
                        most),
                TransactionSettings.NONE);
    }

    /** The entry, what it is about, and the relationships that it made. */
    private static List<Why.Derived> byEntry(Readable row, int hops) {
        String from = Rows.required(row, "from_id", String.class);
        Long sequence = Rows.required(row, "sequence", Long.class);
        EntryKey key = new EntryKey(
                Rows.required(row, "entity_type", String.class), Rows.required(row, "entity_id", String.class));
        List<Why.Derived> derived = new ArrayList<>();
        derived.add(new Why.Derived(key.nodeId(), null, hops, from, sequence));
        for (String id : Rows.required(row, "about", String[].class)) {
            derived.add(new Why.Derived(id, null, hops, from, sequence));
        }
        for (String edge : Rows.required(row, "relationships", String[].class)) {
            derived.add(new Why.Derived(null, RelationshipKey.split(edge), hops, from, sequence));
        }
        return derived;
    }
}
