package dev.rhizome.provenance;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.graph.Projection;
import dev.rhizome.indexing.IndexArrays;
import dev.rhizome.problem.RhizomeException;
import dev.rhizome.tenant.Actor;
import io.r2dbc.spi.Readable;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.function.Tuple2;

/** Adds to the current tenant's chain. Whoever does holds the lock on its end until the transaction is over. */
final class ChainWriter {

    /** Somebody else has written one of the entries meanwhile; nothing was written. */
    static final class Raced extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Raced() {
            super("an entry of the batch is there already", null, false, false);
        }
    }

    /**
     * What one caller adds.
     *
     * @param entries new ones, whose parents are there or in front of them
     * @param arrays what graph and search get of them
     * @param actor on whose account
     */
    record Addition(List<EntryInput> entries, IndexArrays arrays, Actor actor) {}

    private static final String LOCK = """
            select tenant_id, sequence, encode(hash, 'hex') as hash, sealed_sequence
              from provenance_chains where tenant_id = current_tenant() for update
            """;
    private static final String BEGIN =
            "insert into provenance_chains default values on conflict on constraint provenance_chains_pkey do nothing";
    private static final String KNOWN = """
            select true as known
              from unnest($1::text[], $2::text[]) as given (type, id)
             where exists (select from caws_provenance_graph e
                            where e.entity_type = given.type and e.entity_id = given.id offset 0)
             limit 1
            """;
    private static final String HEAD_AT = ChainRows.HEADS + " where sequence = $1";
    private static final String SEAL = """
            with head as (
              insert into provenance_heads (sequence, hash, signed_at, key_id, version, signature)
              values ($1, decode($2, 'hex'), $3, $4, $5, decode($6, 'hex'))
                  on conflict on constraint provenance_heads_pkey do nothing
            )
            update provenance_chains set sealed_sequence = $1, sealed_at = now() where tenant_id = current_tenant()
            """;

    private final TenantTransactions transactions;
    private final Keyring keyring;
    private final Clock clock;
    private final int headEvery;

    ChainWriter(TenantTransactions transactions, Keyring keyring, Clock clock, int headEvery) {
        this.transactions = transactions;
        this.keyring = keyring;
        this.clock = clock;
        this.headEvery = headEvery;
    }

    /**
     * Adds all of {@code additions} in their order, in one transaction.
     *
     * @return when they are committed; an error of {@link Raced} where one of the entries is there already
     */
    Mono<Void> append(List<Addition> additions) {
        return transactions
                .writing(connection -> Mono.zip(locked(connection), known(connection, additions))
                        .publishOn(Schedulers.parallel()) // hashing and signing take a while
                        .flatMap(found -> append(connection, found, additions)))
                .then();
    }

    private static Mono<List<Boolean>> known(TenantConnection connection, List<Addition> additions) {
        List<EntryKey> keys = additions.stream()
                .flatMap(addition -> addition.entries().stream())
                .map(EntryInput::entryKey)
                .toList();
        return connection.list(Query.of(
                KNOWN,
                row -> true,
                keys.stream().map(EntryKey::type).toArray(String[]::new),
                keys.stream().map(EntryKey::id).toArray(String[]::new)));
    }

    private Mono<ChainEnd> append(
            TenantConnection connection, Tuple2<ChainEnd, List<Boolean>> found, List<Addition> additions) {
        if (!found.getT2().isEmpty()) {
            return Mono.error(new Raced());
        }
        Extension extension = new Extension(found.getT1(), keyring.current(), now());
        additions.forEach(addition -> addition.entries().forEach(entry -> extension.add(entry, addition.actor())));
        IndexArrays arrays =
                IndexArrays.joined(additions.stream().map(Addition::arrays).toList());
        return write(
                        connection,
                        extension,
                        ExtensionSql.withNodes(Projection.putNodes("provenance")),
                        arrays.with(extension.toJson()))
                .flatMap(end -> AuditLog.record(connection, changes(additions)).thenReturn(end));
    }

    private static List<AuditLog.Event> changes(List<Addition> additions) {
        List<AuditLog.Event> deeds = new ArrayList<>();
        additions.forEach(addition -> addition.entries()
                .forEach(
                        entry -> deeds.add(new AuditLog.Event(addition.actor(), "created", "provenance", entry.key()))));
        return deeds;
    }

    /** Writes what {@code extension} has, and signs a head where one is due. */
    private Mono<ChainEnd> write(TenantConnection connection, Extension extension, String sql, Object... arguments) {
        ChainEnd end = extension.end();
        return connection
                .list(Query.of(sql, row -> true, arguments))
                .flatMap(written -> end.sequence() - end.sealed() >= headEvery
                        ? seal(connection, end).thenReturn(end)
                        : Mono.just(end));
    }

    /**
     * Adds an entry that says what was erased, in a transaction that goes on.
     *
     * @param locked the chain's end, as {@link #locked} gave it
     */
    Mono<ChainEnd> appendErasure(TenantConnection connection, ChainEnd locked, List<Long> sequences) {
        return Actor.current().publishOn(Schedulers.parallel()).flatMap(actor -> {
            Extension extension = new Extension(locked, keyring.current(), now());
            extension.addErasure(sequences, actor);
            return write(connection, extension, ExtensionSql.WITHOUT_NODES, extension.toJson());
        });
    }

    /** The end of the chain, which stays as it is until the transaction is over. */
    Mono<ChainEnd> locked(TenantConnection connection) {
        Query<ChainEnd> lock = Query.of(LOCK, ChainWriter::end);
        return connection
                .rows(lock)
                .next()
                .switchIfEmpty(Mono.defer(() -> connection.changed(BEGIN))
                        .then(Mono.defer(() -> connection.rows(lock).next())));
    }

    /** The end of the chain as another has left it. */
    private static ChainEnd end(Readable row) {
        return new ChainEnd(
                Rows.required(row, "tenant_id", UUID.class),
                Rows.required(row, "sequence", Long.class),
                Rows.required(row, "hash", String.class),
                Rows.required(row, "sealed_sequence", Long.class));
    }

    /** A head of the chain's end, signed now where there is none; empty where the chain is. */
    Mono<SignedHead> seal() {
        return transactions.writing(connection -> locked(connection)
                .filter(end -> end.sequence() > 0)
                .flatMap(end -> connection
                        .rows(Query.of(HEAD_AT, ChainRows::head, end.sequence()))
                        .next()
                        .switchIfEmpty(Mono.defer(() -> seal(connection, end)))));
    }

    private Mono<SignedHead> seal(TenantConnection connection, ChainEnd end) {
        SignedHead head = SignedHead.of(end, now(), keyring.current());
        return connection
                .changed(SEAL, head.sequence(), head.hash(), head.at(), head.keyId(), head.version(), head.signature())
                .thenReturn(head);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Whether {@code error} is one that the same batch would meet again, and its parts might not. */
    static boolean isOfOneEntry(Throwable error) {
        return !(error instanceof RhizomeException known)
                || !(known instanceof dev.rhizome.problem.Overloaded || known instanceof dev.rhizome.problem.TimedOut);
    }
}
