package dev.rhizome.provenance;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.NotFound;
import dev.rhizome.provenance.ChainWriter.LockedEnd;
import io.r2dbc.spi.Readable;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Removes payloads of the current tenant's entries: the content, the salt that it was hashed with, and what graph and search
 * have of it. An entry of its own says which payloads are gone, so that the chain stays valid.
 */
final class Erasure {

    /**
     * An entry whose payload is gone.
     *
     * @param sequence of the entry
     * @param type of the entry
     * @param id of the entry
     */
    record Erased(long sequence, String type, String id) {

        static Erased of(Readable row) {
            return new Erased(
                    Rows.required(row, "sequence", Long.class),
                    Rows.required(row, "entity_type", String.class),
                    Rows.required(row, "entity_id", String.class));
        }

        private String nodeId() {
            return new EntryKey(type, id).nodeId();
        }
    }

    private static final String NAMED = """
              cross join lateral (select * from caws_provenance_graph g
                                  where g.tenant_id = $1 and g.sequence = gone.sequence offset 0) as e
              order by e.sequence
            """;
    private static final String OF_ENTRY = """
            with gone as (
              delete from provenance_payloads
               where tenant_id = $1
                 and sequence = (select sequence from caws_provenance_graph
                                  where tenant_id = $1 and entity_type = $2 and entity_id = $3)
              returning sequence
            )
            select e.sequence, e.entity_type, e.entity_id
              from gone
            """ + NAMED;
    private static final String OF_SUBJECT = """
            with gone as (
              delete from provenance_payloads
               where tenant_id = $1
                 and sequence = any (array(select sequence from provenance_payloads
                                            where tenant_id = $1 and subject = $2 order by sequence limit 500))
              returning sequence
            )
            select e.sequence, e.entity_type, e.entity_id
              from gone
            """ + NAMED;
    private static final String FORGET = """
            with cleared as (
              update entities set text = '', metadata = '{}', updated_at = now()
               where tenant_id = $1 and entity_id = any ($2) and origin = 'provenance'
            )
            select unindex_documents($2) as documents
            """;

    private final TenantTransactions transactions;
    private final ChainWriter writer;

    Erasure(TenantTransactions transactions, ChainWriter writer) {
        this.transactions = transactions;
        this.writer = writer;
    }

    /** Removes the payload of one entry; an error of {@link NotFound} where there is none. */
    Mono<List<Erased>> ofEntry(EntryKey key) {
        return erase(Query.ofTenant(OF_ENTRY, Erased::of, key.type(), key.id()))
                .switchIfEmpty(Mono.error(() -> new NotFound("payload", key.nodeId())));
    }

    /**
     * Removes all payloads about {@code subject}, up to 500 a transaction. If it is cancelled, a second call does the rest.
     *
     * @return the entries; an error of {@link NotFound} where there is no payload about the subject
     */
    Mono<List<Erased>> ofSubject(String subject) {
        return erase(Query.ofTenant(OF_SUBJECT, Erased::of, subject))
                .defaultIfEmpty(List.of())
                .repeat()
                .takeUntil(List::isEmpty)
                .collectList()
                .map(parts -> parts.stream().flatMap(List::stream).toList())
                .filter(erased -> !erased.isEmpty())
                .switchIfEmpty(Mono.error(() -> new NotFound("payload", "about the subject")));
    }

    private Mono<List<Erased>> erase(Query<Erased> taking) {
        return transactions.writing(
                connection -> writer.lock(connection).flatMap(end -> erase(connection, end, taking)));
    }

    private Mono<List<Erased>> erase(TenantConnection connection, LockedEnd end, Query<Erased> taking) {
        return connection
                .list(taking)
                .filter(erased -> !erased.isEmpty())
                .delayUntil(erased -> recorded(connection, end, erased));
    }

    private Mono<Void> recorded(TenantConnection connection, LockedEnd end, List<Erased> erased) {
        List<String> nodes = erased.stream().map(Erased::nodeId).toList();
        List<Long> sequences = erased.stream().map(Erased::sequence).toList();
        return connection
                .list(Query.ofTenant(FORGET, row -> true, (Object) nodes.toArray(String[]::new)))
                .then(writer.appendErasure(connection, end, sequences))
                .then(AuditLog.record(connection, new AuditLog.Change("erased", "provenance", nodes, "{}")));
    }

    /** As the API answers. */
    record Answer(List<Erased> erased) {}
}
