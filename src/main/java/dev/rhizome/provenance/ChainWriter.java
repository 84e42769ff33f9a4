package dev.rhizome.provenance;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.graph.Projection;
import dev.rhizome.indexing.IndexArrays;
import dev.rhizome.ledger.ChainIdentity;
import dev.rhizome.ledger.ChainLock;
import dev.rhizome.ledger.ChainPosition;
import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.TimedOut;
import dev.rhizome.tenant.Actor;
import io.r2dbc.spi.Readable;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Appends to the current tenant's chain of provenance, under the lock on its end. */
final class ChainWriter {

    /** Another writer has appended one of the entries meanwhile; nothing was written. */
    static final class AlreadyThere extends RuntimeException {

        private static final long serialVersionUID = 1L;

        AlreadyThere() {
            super("an entry of the batch is there already", null, false, false);
        }
    }

    /**
     * What one caller appends.
     *
     * @param entries new ones, whose parents are stored or come before them
     * @param arrays what graph and search get
     * @param actor who appends them
     */
    record Addition(List<EntryInput> entries, IndexArrays arrays, Actor actor) {}

    /**
     * The end of the chain, locked.
     *
     * @param chain under whose id it is sealed
     * @param position of the last entry
     * @param checkpointed sequence of the last checkpoint
     */
    record LockedEnd(UUID chain, ChainPosition position, long checkpointed) {

        private static LockedEnd of(Readable row) {
            return new LockedEnd(
                    Rows.required(row, "chain", UUID.class),
                    new ChainPosition(
                            Rows.required(row, "sequence", Long.class), Rows.required(row, "hash", String.class)),
                    Rows.required(row, "checkpoint_sequence", Long.class));
        }
    }

    private static final String LOCK = """
            with alive as (
              select tenant_id from tenants where tenant_id = $1 and status = 'active' for share
            )
            insert into provenance_chains as c (tenant_id)
            select tenant_id from alive
                on conflict on constraint provenance_chains_pkey do update set sequence = c.sequence
            returning sequence, encode(hash, 'hex') as hash, checkpoint_sequence,
            """ + ChainIdentity.SQL + " as chain";
    private static final String KNOWN = """
            select true as known
              from unnest($2::text[], $3::text[]) as given (type, id)
             where exists (select from caws_provenance_graph e
                            where e.tenant_id = $1 and e.entity_type = given.type and e.entity_id = given.id offset 0)
             limit 1
            """;
    private static final String PUT_NODES = "select " + Projection.putNodes("provenance");
    private static final String CHECKPOINT_AT = ChainRows.CHECKPOINTS + " and sequence = $2";
    private static final String CHECKPOINT = """
            with checkpoint as (
              insert into provenance_checkpoints (tenant_id, sequence, hash, signed_at, key_id, version, signature)
              values ($1, $2, decode($3, 'hex'), $4, $5, $6, decode($7, 'hex'))
                  on conflict on constraint provenance_checkpoints_pkey do nothing
            )
            update provenance_chains set checkpoint_sequence = $2, checkpoint_at = now() where tenant_id = $1
            """;

    private final TenantTransactions transactions;
    private final Keyring keyring;
    private final Clock clock;
    private final int checkpointEvery;
    private final ChainLock<LockedEnd> lock = new ChainLock<>(Query.ofTenant(LOCK, LockedEnd::of));

    /**
     * Appends with signatures of {@code keyring}'s key.
     *
     * @param checkpointEvery entries after which a checkpoint is signed
     */
    ChainWriter(TenantTransactions transactions, Keyring keyring, Clock clock, int checkpointEvery) {
        this.transactions = transactions;
        this.keyring = keyring;
        this.clock = clock;
        this.checkpointEvery = checkpointEvery;
    }

    /**
     * Appends all of {@code additions} in their order, in one transaction.
     *
     * @return when they are committed; an error of {@link AlreadyThere} where one of the entries is there already
     */
    Mono<Void> append(List<Addition> additions) {
        return transactions.writing(connection -> append(connection, additions)).then();
    }

    /**
     * Appends {@code addition} in the transaction in which {@code beside} writes, whose errors keep both out.
     *
     * @return as {@link #append(List)}
     */
    Mono<Void> append(Addition addition, Function<TenantConnection, Mono<Void>> beside) {
        return transactions
                .writing(
                        connection -> append(connection, List.of(addition)).delayUntil(end -> beside.apply(connection)))
                .then();
    }

    private Mono<ChainPosition> append(TenantConnection connection, List<Addition> additions) {
        return Mono.zip(lock.take(connection), known(connection, additions))
                .publishOn(Schedulers.parallel()) // hashing and signing take a while
                .flatMap(found -> found.getT2().isEmpty()
                        ? append(connection, found.getT1(), additions)
                        : Mono.error(new AlreadyThere()));
    }

    private static Mono<List<Boolean>> known(TenantConnection connection, List<Addition> additions) {
        List<EntryKey> keys = additions.stream()
                .flatMap(addition -> addition.entries().stream())
                .map(EntryInput::entryKey)
                .toList();
        return connection.list(Query.ofTenant(
                KNOWN,
                row -> true,
                keys.stream().map(EntryKey::type).toArray(String[]::new),
                keys.stream().map(EntryKey::id).toArray(String[]::new)));
    }

    private Mono<ChainPosition> append(TenantConnection connection, LockedEnd end, List<Addition> additions) {
        EntryBatch batch = new EntryBatch(ledger(end.chain()), end.position(), now());
        for (Addition addition : additions) {
            addition.entries().forEach(entry -> batch.add(entry, addition.actor()));
        }
        IndexArrays arrays =
                IndexArrays.joined(additions.stream().map(Addition::arrays).toList());
        return write(connection, end, batch)
                .then(connection.list(Query.of(PUT_NODES, row -> true, arrays.with())))
                .then(AuditLog.record(connection, audited(additions)))
                .thenReturn(batch.end());
    }

    private static List<AuditLog.Event> audited(List<Addition> additions) {
        return additions.stream().flatMap(ChainWriter::audited).toList();
    }

    private static Stream<AuditLog.Event> audited(Addition addition) {
        return addition.entries().stream()
                .map(entry -> new AuditLog.Event(addition.actor(), "created", "provenance", entry.key()));
    }

    /** Writes {@code batch}, and signs a checkpoint where one is due. */
    private Mono<Void> write(TenantConnection connection, LockedEnd end, EntryBatch batch) {
        boolean isDue = batch.end().sequence() - end.checkpointed() >= checkpointEvery;
        LockedEnd moved = new LockedEnd(end.chain(), batch.end(), end.checkpointed());
        return connection
                .changed(batch.toQuery())
                .then(isDue ? signCheckpoint(connection, moved).then() : Mono.empty());
    }

    /**
     * Appends an entry that says what was erased, in a transaction that goes on.
     *
     * @param end of the chain, as {@link #lock} gave it
     */
    Mono<Void> appendErasure(TenantConnection connection, LockedEnd end, List<Long> sequences) {
        return Actor.current()
                .publishOn(Schedulers.parallel()) // hashing and signing take a while
                .map(actor -> erasure(end, sequences, actor))
                .flatMap(batch -> write(connection, end, batch));
    }

    private EntryBatch erasure(LockedEnd end, List<Long> sequences, Actor actor) {
        EntryBatch batch = new EntryBatch(ledger(end.chain()), end.position(), now());
        batch.addErasure(sequences, actor);
        return batch;
    }

    /** Locks the end of the chain until the transaction is over. */
    Mono<LockedEnd> lock(TenantConnection connection) {
        return lock.take(connection);
    }

    /** A checkpoint of the chain's end, signed now where there is none; empty where the chain is. */
    Mono<Checkpoint> signCheckpoint() {
        return transactions.writing(connection -> lock.take(connection)
                .filter(end -> end.position().sequence() > 0)
                .flatMap(end -> checkpointAt(connection, end)));
    }

    private Mono<Checkpoint> checkpointAt(TenantConnection connection, LockedEnd end) {
        long sequence = end.position().sequence();
        return connection
                .rows(Query.ofTenant(CHECKPOINT_AT, ChainRows::checkpoint, sequence))
                .next()
                .switchIfEmpty(Mono.defer(() -> signCheckpoint(connection, end)));
    }

    private Mono<Checkpoint> signCheckpoint(TenantConnection connection, LockedEnd end) {
        Instant at = now();
        Checkpoint signed = ledger(end.chain()).checkpoint(end.position(), at);
        return connection
                .changed(Query.changeOfTenant(
                        CHECKPOINT,
                        signed.sequence(),
                        signed.link(),
                        at,
                        keyring.seal().keyId(),
                        signed.version(),
                        signed.seal()))
                .thenReturn(signed);
    }

    private ProvenanceLedger ledger(UUID chain) {
        return new ProvenanceLedger(chain, keyring.seal());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Whether a part of the batch may succeed where all of it fails with {@code error}. */
    static boolean isOfOneEntry(Throwable error) {
        return !(error instanceof Overloaded || error instanceof TimedOut);
    }
}
