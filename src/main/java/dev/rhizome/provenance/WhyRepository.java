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
              from entities where entity_id = $1
            """;
    private static final String RELATIONSHIP = """
            select type, null as name, metadata ->> 'source' as source, metadata ->> 'provider' as provider
              from relationships where source_id = $1 and type = $2 and target_id = $3
            """;
    private static final String DEEDS = """
            select d.occurred_at, d.actor, d.request_id
              from unnest($1::text[], $2::text[]) as given (kind, subject)
             cross join lateral (
               (select occurred_at, actor, request_id from audit_log a
                 where a.kind = given.kind and a.subject = given.subject and a.action in ('created', 'updated')
                 order by occurred_at limit 1)
               union
               (select occurred_at, actor, request_id from audit_log a
                 where a.kind = given.kind and a.subject = given.subject and a.action in ('created', 'updated')
                 order by occurred_at desc limit 1)) as d
             order by d.occurred_at
            """;
    private static final String NAMING = ChainRows.COLUMNS + """
              from (select sequence from provenance_mentions where role = $1 and name = $2
                     union
                    select sequence from caws_provenance_graph where entity_type = $3 and entity_id = $4
                     order by sequence desc limit $5) as m
             cross join lateral (select * from caws_provenance_graph g where g.sequence = m.sequence offset 0) as e
            """ + ChainRows.WITH_PAYLOAD + " order by e.sequence desc";
    private static final String DERIVED_BY_ENTRIES = """
            select f.id as from_id, e.sequence, e.entity_type, e.entity_id, e.about, e.relationships
              from unnest($1::text[]) as f (id)
             cross join lateral (select sequence from provenance_mentions
                                  where role = 'derived-from' and name = f.id order by sequence limit $2) as m
             cross join lateral (select * from caws_provenance_graph g where g.sequence = m.sequence offset 0) as e
             limit $2
            """;
    private static final String DERIVED_BY_EDGES = """
            select f.id as from_id, r.source_id
              from unnest($1::text[]) as f (id)
             cross join lateral (select source_id from relationships
                                  where target_id = f.id and type = 'DERIVED_FROM' and directed
                                  order by weight desc, source_id limit $2) as r
             limit $2
            """;
    private static final String DERIVED_FROM = """
            select target_id from relationships
             where source_id = $1 and type = 'DERIVED_FROM' and directed order by weight desc, target_id limit $2
            """;

    /** What a thing's own row says. */
    record SearchDocument(
            String type,
            @Nullable String name,
            @Nullable String source,
            @Nullable String provider) {

        static SearchDocument of(Readable row) {
            return new SearchDocument(
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
    Mono<SearchDocument> entity(String id) {
        return transactions.read(Query.of(ENTITY, SearchDocument::of, id)).next();
    }

    /** The relationship's own row; empty where there is none. */
    Mono<SearchDocument> relationship(RelationshipKey key) {
        return transactions
                .read(Query.of(RELATIONSHIP, SearchDocument::of, key.source(), key.type(), key.target()))
                .next();
    }

    /** First and last time that one of the things of those kinds and names was written, in order. */
    Mono<List<Why.Deed>> deeds(List<String> kinds, List<String> subjects) {
        return transactions
                .read(Query.of(
                        DEEDS,
                        row -> new Why.Deed(
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
                .read(Query.of(NAMING, ChainRows::entry, role, name, itself.type(), itself.id(), most))
                .map(stored -> Why.Named.of(stored.entry()))
                .collectList();
    }

    /** What the entity was derived from, as relationships say. */
    Mono<List<String>> origins(String id, int most) {
        return transactions
                .read(Query.of(DERIVED_FROM, row -> Rows.required(row, "target_id", String.class), id, most))
                .collectList();
    }

    /** What was derived from {@code ids} directly, as entries and as relationships say; up to {@code most} of each. */
    Mono<Tuple2<List<List<Why.Derived>>, List<Why.Derived>>> derived(List<String> ids, int hops, int most) {
        String[] from = ids.toArray(String[]::new);
        return transactions.read(
                Query.of(DERIVED_BY_ENTRIES, row -> byEntry(row, hops), from, most),
                Query.of(
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
