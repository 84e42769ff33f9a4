package dev.rhizome.provenance;

import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.NotFound;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads entries of the current tenant's provenance. */
final class ProvenanceRepository {

    private static final String FIND = ChainRows.COLUMNS + """
              from unnest($2::text[], $3::text[]) as given (type, id)
             cross join lateral (select * from caws_provenance_graph g
                                  where g.tenant_id = $1 and g.entity_type = given.type and g.entity_id = given.id
                                 offset 0) as e
            """ + ChainRows.WITH_PAYLOAD;
    private static final String CONDITION = """
               and e.sequence < $2 and ($3::text is null or e.entity_type = $3)
               and ($4::text is null or e.writer = $4) and e.recorded_at >= $5 and e.recorded_at < $6
            """;
    private static final String LIST = ChainRows.ENTRIES + CONDITION + " order by e.sequence desc limit $7";
    private static final String LIST_BY_REFERENCE = ChainRows.COLUMNS + """
              from (select sequence from provenance_mentions
                     where tenant_id = $1 and role = 'reference' and name = $8 and sequence < $2
                     order by sequence desc) as m
             cross join lateral (select * from caws_provenance_graph g
                                  where g.tenant_id = $1 and g.sequence = m.sequence offset 0) as e
            """ + ChainRows.WITH_PAYLOAD
            + " where e.tenant_id = $1 " + CONDITION + " order by m.sequence desc limit $7";
    /**
     * Which entries to list.
     *
     * @param type of the entries, null for any
     * @param writer who wrote them, null for anyone
     * @param since inclusive, when the service recorded them
     * @param until exclusive
     * @param reference that they name, null for any
     */
    record Filter(
            @Nullable String type,
            @Nullable String writer,
            Instant since,
            Instant until,
            @Nullable String reference) {}

    private final TenantTransactions transactions;

    ProvenanceRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** The entry, or an error of {@link NotFound}. */
    Mono<StoredEntry> get(EntryKey key) {
        return find(List.of(key))
                .flatMap(found -> Mono.justOrEmpty(found.get(key)))
                .switchIfEmpty(Mono.error(() -> new NotFound("provenance entry", key.nodeId())));
    }

    /** The keys of those of {@code inputs} that exist. */
    Mono<Set<String>> storedKeys(List<EntryInput> inputs) {
        return find(inputs.stream().map(EntryInput::entryKey).toList())
                .map(found -> inputs.stream()
                        .filter(input -> found.containsKey(input.entryKey()))
                        .map(EntryInput::key)
                        .collect(Collectors.toSet()));
    }

    /** The entries of those {@code keys} that exist. */
    Mono<Map<EntryKey, StoredEntry>> find(List<EntryKey> keys) {
        return transactions
                .read(Query.ofTenant(
                        FIND,
                        ChainRows::entry,
                        keys.stream().map(EntryKey::type).toArray(String[]::new),
                        keys.stream().map(EntryKey::id).toArray(String[]::new)))
                .collectMap(stored -> stored.entry().key());
    }

    /** Entries that match {@code filter}, newest first, with sequences below {@code before}. */
    Flux<StoredEntry> list(Filter filter, long before, int limit) {
        List<Object> arguments = new ArrayList<>(List.of(
                before,
                Query.nullable(filter.type(), String.class),
                Query.nullable(filter.writer(), String.class),
                filter.since(),
                filter.until(),
                limit));
        String reference = filter.reference();
        if (reference == null) {
            return transactions.filtered(Query.ofTenant(LIST, ChainRows::entry, arguments.toArray()));
        }
        arguments.add(reference);
        return transactions.filtered(Query.ofTenant(LIST_BY_REFERENCE, ChainRows::entry, arguments.toArray()));
    }
}
