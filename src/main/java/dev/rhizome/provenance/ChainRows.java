package dev.rhizome.provenance;

import dev.rhizome.database.Rows;
import dev.rhizome.ledger.ChainIdentity;
import dev.rhizome.ledger.Checkpoint;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Rows of the chain's tables as values. Values that the service would not write are kept, since verification reports them. */
final class ChainRows {

    static final String COLUMNS = "select " + ChainIdentity.SQL + """
             as chain, e.sequence, e.entity_type, e.entity_id, e.parent_type, e.parent_id, e.constitutional_refs,
                   e.spec_hash, e.evidence_completeness, e.budget_adherence, e.gate_integrity, e.provenance_clarity,
                   e.about, e.relationships, e.derived_from, e.erases, e.happened_at,
                   encode(e.payload_hash, 'hex') as payload_hash, e.recorded_at, e.writer, e.writer_role,
                   encode(e.previous_hash, 'hex') as previous_hash, e.version, e.key_id, encode(e.hash, 'hex') as hash,
                   encode(e.signature, 'hex') as signature, encode(p.salt, 'hex') as salt, p.subject, p.description,
                   p.metadata
            """;

    /**
     * The payload of {@code e}. Offset 0 keeps the planner from reading all of the tenant's payloads, where it does not know
     * yet how many there are.
     */
    static final String WITH_PAYLOAD = """
            left join lateral (select salt, subject, description, metadata from provenance_payloads p
                                where p.tenant_id = $1 and p.sequence = e.sequence offset 0) as p on true
            """;

    /** Entries of the tenant {@code $1} with their payloads; a further condition on {@code e} may follow. */
    static final String ENTRIES = COLUMNS + " from caws_provenance_graph e " + WITH_PAYLOAD + " where e.tenant_id = $1";

    static final String CHECKPOINTS = "select " + ChainIdentity.SQL + """
             as chain, sequence, encode(hash, 'hex') as hash, signed_at, key_id, version,
                   encode(signature, 'hex') as signature
              from provenance_checkpoints
             where tenant_id = $1
            """;

    private ChainRows() {}

    /** A row of {@link #ENTRIES}. */
    static StoredEntry entry(Readable row) {
        return new StoredEntry(chainEntry(row), payload(row));
    }

    private static ChainEntry chainEntry(Readable row) {
        return new ChainEntry(
                Rows.required(row, "chain", UUID.class),
                Rows.required(row, "sequence", Long.class),
                text(row, "entity_type"),
                text(row, "entity_id"),
                parent(row),
                texts(row, "constitutional_refs"),
                row.get("spec_hash", String.class),
                new Scores(
                        row.get("evidence_completeness", Float.class),
                        row.get("budget_adherence", Float.class),
                        row.get("gate_integrity", Float.class),
                        row.get("provenance_clarity", Float.class)),
                texts(row, "about"),
                texts(row, "relationships").stream().map(RelationshipKey::split).toList(),
                texts(row, "derived_from"),
                List.of(Rows.required(row, "erases", Long[].class)),
                row.get("happened_at", Instant.class),
                row.get("payload_hash", String.class),
                Rows.required(row, "recorded_at", Instant.class),
                text(row, "writer"),
                text(row, "writer_role"),
                text(row, "previous_hash"),
                Rows.required(row, "version", Integer.class),
                text(row, "key_id"),
                text(row, "hash"),
                text(row, "signature"));
    }

    private static @Nullable EntryKey parent(Readable row) {
        String type = row.get("parent_type", String.class);
        String id = row.get("parent_id", String.class);
        return type == null && id == null ? null : new EntryKey(String.valueOf(type), String.valueOf(id));
    }

    private static @Nullable Payload payload(Readable row) {
        String salt = row.get("salt", String.class);
        return salt == null
                ? null
                : new Payload(
                        salt,
                        row.get("subject", String.class),
                        row.get("description", String.class),
                        row.get("metadata", String.class));
    }

    /** A row of {@link #CHECKPOINTS}. */
    static Checkpoint checkpoint(Readable row) {
        return new Checkpoint(
                Rows.required(row, "chain", UUID.class),
                Rows.required(row, "sequence", Long.class),
                text(row, "hash"),
                Rows.required(row, "signed_at", Instant.class),
                text(row, "key_id"),
                Rows.required(row, "version", Integer.class),
                text(row, "signature"));
    }

    private static String text(Readable row, String column) {
        return Rows.required(row, column, String.class);
    }

    private static List<String> texts(Readable row, String column) {
        return Stream.of(Rows.required(row, column, String[].class))
                .map(String::valueOf)
                .toList();
    }
}
