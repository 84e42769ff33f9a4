package dev.rhizome.provenance;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.indexing.SearchDocument;
import dev.rhizome.integrity.CanonicalEncoding;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An entry as a client sends it.
 *
 * @param entryKey chosen by the client, or with a generated id
 * @param parent an earlier entry, null for none
 * @param references constitutional rules that it applies, up to 100 of 1 to 200 characters
 * @param specHash of the specification that held, up to 128 characters, null for none
 * @param scores how good what it records was found to be
 * @param links entities and relationships that it names
 * @param at when it happened, null where the client does not say
 * @param erasable what can be erased
 */
record EntryInput(
        EntryKey entryKey,
        @Nullable EntryKey parent,
        List<String> references,
        @Nullable String specHash,
        Scores scores,
        Links links,
        @Nullable Instant at,
        Erasable erasable)
        implements BulkItem {

    /**
     * Entities and relationships that an entry names, up to 500 of each.
     *
     * @param about ids of entities
     * @param relationships keys
     * @param derivedFrom ids of entities
     */
    record Links(List<String> about, List<RelationshipKey> relationships, List<String> derivedFrom) {}

    /**
     * What can be erased.
     *
     * @param subject id of the person or thing that it is about
     * @param description up to 100 KB
     * @param metadata a JSON object
     */
    record Erasable(
            @Nullable String subject,
            @Nullable String description,
            @Nullable String metadata) {

        boolean isNone() {
            return subject == null && description == null && metadata == null;
        }

        @Override
        public String toString() {
            return "Erasable"; // may be personal
        }
    }

    private static final String CONTENT_DOMAIN = "rhizome.provenance.content";
    /** The entry of an erasure, which only the service writes. */
    static EntryInput erasure(long sequence) {
        return new EntryInput(
                new EntryKey(EntryType.ERASURE.label(), String.valueOf(sequence)),
                null,
                List.of(),
                null,
                Scores.NONE,
                new Links(List.of(), List.of(), List.of()),
                null,
                new Erasable(null, null, null));
    }

    /** What a client has to send to get {@code stored}, whose payload is there. */
    static EntryInput of(StoredEntry stored) {
        ChainEntry entry = stored.entry();
        Payload payload = stored.payload();
        return new EntryInput(
                entry.key(),
                entry.parent(),
                entry.references(),
                entry.specHash(),
                entry.scores(),
                new Links(entry.about(), entry.relationships(), entry.derivedFrom()),
                entry.at(),
                payload == null
                        ? new Erasable(null, null, null)
                        : new Erasable(payload.subject(), payload.description(), payload.metadata()));
    }

    @Override
    public String key() {
        return entryKey.nodeId();
    }

    /** A hash of what the client said, equal for equal entries. It is not stored, since it would help to guess what was erased. */
    String content() {
        byte[] sha = new CanonicalEncoding(CONTENT_DOMAIN, 1)
                .text(entryKey.type())
                .text(entryKey.id())
                .text(parent == null ? null : parent.nodeId())
                .texts(references)
                .text(specHash)
                .number(scores.evidenceCompleteness())
                .number(scores.budgetAdherence())
                .number(scores.gateIntegrity())
                .number(scores.provenanceClarity())
                .texts(links.about())
                .texts(links.relationships().stream()
                        .map(RelationshipKey::joined)
                        .toList())
                .texts(links.derivedFrom())
                .time(at)
                .text(erasable.subject())
                .text(erasable.description())
                .json(erasable.metadata())
                .sha256();
        return HexFormat.of().formatHex(sha);
    }

    /** What graph and search get. Words of names stay there after an erasure, so the name has nothing of the payload. */
    SearchDocument document() {
        String description = erasable.description();
        String metadata = erasable.metadata();
        return new SearchDocument(
                entryKey.nodeId(),
                entryKey.type().toUpperCase(Locale.ROOT),
                entryKey.type() + " " + entryKey.id(),
                description == null ? "" : description,
                1,
                metadata == null ? "{}" : metadata,
                null);
    }
}
