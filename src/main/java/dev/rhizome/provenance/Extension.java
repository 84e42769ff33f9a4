package dev.rhizome.provenance;

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

/** Entries that are to be added behind the end of a chain, each hashed and signed as it comes. */
final class Extension {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int SALT_BYTES = 32;

    private final ArrayNode rows = JSON.createArrayNode();
    private final SigningKey key;
    private final Instant now;
    private ChainEnd end;

    /**
     * Nothing yet.
     *
     * @param end of the chain, locked
     * @param now to the microsecond
     */
    Extension(ChainEnd end, SigningKey key, Instant now) {
        this.end = end;
        this.key = key;
        this.now = now;
    }

    /** Adds an entry of a client's. */
    void add(EntryInput input, Actor actor) {
        EntryInput.Erasable erasable = input.erasable();
        Payload payload = erasable.isNone()
                ? null
                : new Payload(salt(), erasable.subject(), erasable.description(), erasable.metadata());
        add(input, payload, List.of(), actor);
    }

    /** Adds an entry that says that the payloads of {@code sequences} were erased. */
    void addErasure(List<Long> sequences, Actor actor) {
        EntryInput input = new EntryInput(
                new EntryKey(EntryType.ERASURE.label(), String.valueOf(end.sequence() + 1)),
                null,
                List.of(),
                null,
                Scores.NONE,
                new EntryInput.Links(List.of(), List.of(), List.of()),
                null,
                new EntryInput.Erasable(null, null, null));
        add(input, null, sequences, actor);
    }

    private void add(EntryInput input, @Nullable Payload payload, List<Long> erases, Actor actor) {
        ChainEntry entry = new ChainEntry(
                        end.tenant(),
                        end.sequence() + 1,
                        input.entryKey().type(),
                        input.entryKey().id(),
                        input.parent(),
                        input.references(),
                        input.specHash(),
                        input.scores(),
                        input.links().about(),
                        input.links().relationships(),
                        input.links().derivedFrom(),
                        erases,
                        input.at(),
                        payload == null ? null : payload.hash(),
                        now,
                        actor.name(),
                        actor.role(),
                        end.hash(),
                        ChainEntry.VERSION,
                        key.id(),
                        "",
                        "")
                .signed(key);
        end = new ChainEnd(end.tenant(), entry.sequence(), entry.hash(), end.sealed());
        row(entry, payload);
    }

    /** Where the chain ends with what was added. */
    ChainEnd end() {
        return end;
    }

    /** What {@link ExtensionSql} reads. */
    String toJson() {
        return rows.toString();
    }

    private void row(ChainEntry entry, @Nullable Payload payload) {
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
        array(row, "refs", entry.references());
        array(row, "about", entry.about());
        array(
                row,
                "relationships",
                entry.relationships().stream().map(RelationshipKey::joined).toList());
        array(row, "derived_from", entry.derivedFrom());
        ArrayNode erased = row.putArray("erases");
        entry.erases().forEach(erased::add);
        if (payload != null) {
            row(row, payload);
        }
    }

    private static void row(ObjectNode row, Payload payload) {
        row.put("salt", payload.salt()).put("subject", payload.subject()).put("description", payload.description());
        String metadata = payload.metadata();
        if (metadata != null) {
            row.putRawValue("metadata", new RawValue(metadata));
        }
    }

    private static void array(ObjectNode row, String name, Collection<String> values) {
        ArrayNode array = row.putArray(name);
        values.forEach(array::add);
    }

    private static String salt() {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return HexFormat.of().formatHex(salt);
    }
}
