package dev.rhizome.provenance;

import dev.rhizome.database.Query;
import dev.rhizome.ledger.ChainExtension;
import dev.rhizome.ledger.ChainPosition;
import dev.rhizome.tenant.Actor;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** Entries to be appended to a locked chain, each hashed and signed as it comes, and the statement that writes them. */
final class EntryBatch {

    /** Entries, payloads, names that they mention, and the chain's new end. */
    private static final String APPEND = """
            with given as materialized (
              select *
                from jsonb_to_recordset($2::text::jsonb)
                  as t (sequence bigint, type text, id text, parent_type text, parent_id text, refs text[], spec_hash text,
                        evidence real, budget real, gate real, clarity real, about text[], relationships text[],
                        derived_from text[], erases bigint[], happened_at timestamptz, payload_hash text,
                        recorded_at timestamptz, writer text, role text, previous_hash text, version smallint,
                        key_id text, hash text, signature text, salt text, subject text, description text,
                        metadata jsonb)
            ), entries as (
              insert into caws_provenance_graph
                (tenant_id, sequence, entity_type, entity_id, parent_type, parent_id, constitutional_refs, spec_hash,
                 evidence_completeness, budget_adherence, gate_integrity, provenance_clarity, about, relationships,
                 derived_from, erases, happened_at, payload_hash, recorded_at, writer, writer_role, previous_hash,
                 version, key_id, hash, signature)
              select $1::uuid, sequence, type, id, parent_type, parent_id, refs, spec_hash, evidence, budget, gate, clarity, about,
                     relationships, derived_from, erases, happened_at, decode(payload_hash, 'hex'), recorded_at, writer,
                     role, decode(previous_hash, 'hex'), version, key_id, decode(hash, 'hex'), decode(signature, 'hex')
                from given
            ), payloads as (
              insert into provenance_payloads (tenant_id, sequence, salt, subject, description, metadata)
              select $1::uuid, sequence, decode(salt, 'hex'), subject, description, metadata from given where salt is not null
            ), mentions as (
              insert into provenance_mentions (tenant_id, role, name, sequence)
              select $1::uuid, 'reference', name, sequence from given, unnest(refs) as name
               union
              select $1::uuid, 'about', name, sequence from given, unnest(about) as name
               union
              select $1::uuid, 'derived-from', name, sequence from given, unnest(derived_from) as name
               union
              select $1::uuid, 'relationship', name, sequence from given, unnest(relationships) as name
            )
            update provenance_chains c
               set sequence = newest.sequence, hash = decode(newest.hash, 'hex')
              from (select sequence, hash from given order by sequence desc limit 1) as newest
             where c.tenant_id = $1
            """;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int SALT_BYTES = 32;

    private final ProvenanceLedger ledger;
    private final Instant now;
    private final ChainExtension<StoredEntry> extension;

    /**
     * Nothing yet.
     *
     * @param end of the chain, locked
     * @param now to the microsecond
     */
    EntryBatch(ProvenanceLedger ledger, ChainPosition end, Instant now) {
        this.ledger = ledger;
        this.now = now;
        this.extension = new ChainExtension<>(end);
    }

    /** Adds a client's entry. */
    void add(EntryInput input, Actor actor) {
        EntryInput.Erasable erasable = input.erasable();
        Payload payload = erasable.isNone()
                ? null
                : new Payload(salt(), erasable.subject(), erasable.description(), erasable.metadata());
        extension.add(before -> sealed(new Unsealed(input, payload, List.of(), actor), before));
    }

    /** Adds an entry that says that the payloads of {@code sequences} were erased. */
    void addErasure(List<Long> sequences, Actor actor) {
        extension.add(before -> erasure(before, sequences, actor));
    }

    private StoredEntry erasure(ChainPosition before, List<Long> sequences, Actor actor) {
        EntryInput input = EntryInput.erasure(before.sequence() + 1);
        return sealed(new Unsealed(input, null, sequences, actor), before);
    }

    /** What an entry says, wherever it stands. */
    private record Unsealed(EntryInput input, @Nullable Payload payload, List<Long> erases, Actor actor) {}

    private StoredEntry sealed(Unsealed unsealed, ChainPosition before) {
        EntryInput input = unsealed.input();
        Payload payload = unsealed.payload();
        ChainEntry entry = new ChainEntry(
                ledger.tenant(),
                before.sequence() + 1,
                input.entryKey().type(),
                input.entryKey().id(),
                input.parent(),
                input.references(),
                input.specHash(),
                input.scores(),
                input.links().about(),
                input.links().relationships(),
                input.links().derivedFrom(),
                unsealed.erases(),
                input.at(),
                payload == null ? null : payload.hash(),
                now,
                unsealed.actor().name(),
                unsealed.actor().role(),
                before.link(),
                ChainEntry.VERSION,
                ledger.seal().keyId(),
                "",
                "");
        return new StoredEntry(entry.signed(ledger.seal()), payload);
    }

    /** Where the chain ends with the entries. */
    ChainPosition end() {
        return extension.end();
    }

    /** Writes the entries. */
    Query<Void> toQuery() {
        ArrayNode rows = JSON.createArrayNode();
        extension.entries().forEach(entry -> addRow(rows, entry));
        return Query.changeOfTenant(APPEND, rows.toString());
    }

    private static void addRow(ArrayNode rows, StoredEntry stored) {
        ChainEntry entry = stored.entry();
        Payload payload = stored.payload();
        ObjectNode row = rows.addObject()
                .put("sequence", entry.sequence())
                .put("type", entry.type())
                .put("id", entry.id())
                .put("spec_hash", entry.specHash())
                .put("evidence", entry.scores().evidenceCompleteness())
                .put("budget", entry.scores().budgetAdherence())
                .put("gate", entry.scores().gateIntegrity())
                .put("clarity", entry.scores().provenanceClarity())
                .put("payload_hash", entry.payloadHash())
                .put("recorded_at", entry.recordedAt().toString())
                .put("writer", entry.writer())
                .put("role", entry.role())
                .put("previous_hash", entry.previousHash())
                .put("version", entry.version())
                .put("key_id", entry.keyId())
                .put("hash", entry.hash())
                .put("signature", entry.signature());
        EntryKey parent = entry.parent();
        if (parent != null) {
            row.put("parent_type", parent.type()).put("parent_id", parent.id());
        }
        Instant at = entry.at();
        if (at != null) {
            row.put("happened_at", at.toString());
        }
        addLinks(row, entry);
        if (payload != null) {
            addPayload(row, payload);
        }
    }

    private static void addLinks(ObjectNode row, ChainEntry entry) {
        addArray(row, "refs", entry.references());
        addArray(row, "about", entry.about());
        addArray(
                row,
                "relationships",
                entry.relationships().stream().map(RelationshipKey::joined).toList());
        addArray(row, "derived_from", entry.derivedFrom());
        ArrayNode erased = row.putArray("erases");
        entry.erases().forEach(erased::add);
    }

    private static void addPayload(ObjectNode row, Payload payload) {
        row.put("salt", payload.salt()).put("subject", payload.subject()).put("description", payload.description());
        String metadata = payload.metadata();
        if (metadata != null) {
            row.putRawValue("metadata", new RawValue(metadata));
        }
    }

    private static void addArray(ObjectNode row, String name, Collection<String> values) {
        ArrayNode array = row.putArray(name);
        values.forEach(array::add);
    }

    private static String salt() {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return HexFormat.of().formatHex(salt);
    }
}
