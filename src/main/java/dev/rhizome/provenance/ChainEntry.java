package dev.rhizome.provenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.integrity.CanonicalEncoding;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a chain: all that its hash covers, then the hash and the signature. Hashes and signatures are in hex.
 *
 * @param tenant whose chain it is
 * @param sequence place in the chain, from 1 without gaps
 * @param type such as {@code verdict}
 * @param id unique in the tenant for its type
 * @param parent an earlier entry, null for none
 * @param references constitutional rules that it goes by
 * @param specHash of the specification that held, null for none
 * @param scores how good what it records was found to be
 * @param about ids of entities that it made or concerns
 * @param relationships that it made
 * @param derivedFrom ids of entities that it was made from
 * @param erases of an erasure: entries whose payload it removed
 * @param at when it happened, as its writer says
 * @param payloadHash salted hash of its {@link Payload}, null where it never had one
 * @param recordedAt when the service took it
 * @param writer who wrote it, see {@code tenant.Actor}
 * @param role as which
 * @param previousHash hash of the entry in front, 64 zeros for the first
 * @param version of the rules by which it is hashed
 * @param keyId of the key that signed it
 * @param hash SHA-256 of all above
 * @param signature Ed25519 over the hash
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChainEntry(
        UUID tenant,
        long sequence,
        String type,
        String id,
        @Nullable EntryKey parent,
        List<String> references,
        @Nullable String specHash,
        Scores scores,
        List<String> about,
        List<RelationshipKey> relationships,
        List<String> derivedFrom,
        List<Long> erases,
        @Nullable Instant at,
        @Nullable String payloadHash,
        Instant recordedAt,
        String writer,
        String role,
        String previousHash,
        int version,
        String keyId,
        String hash,
        String signature) {

    /** Version of the rules of {@link #computedHash}. What they are can never change, only be added to. */
    static final int VERSION = 1;

    /** What the first entry has in place of a hash in front. */
    static final String NOTHING_BEFORE = "0".repeat(64);

    private static final String DOMAIN = "rhizome.provenance.entry";
    private static final String SIGNED_DOMAIN = "rhizome.provenance.entry.signature";

    /** The hash that its fields have. */
    String computedHash() {
        byte[] hashed = new CanonicalEncoding(DOMAIN, version)
                .id(tenant)
                .integer(sequence)
                .bytes(HexFormat.of().parseHex(previousHash))
                .text(type)
                .text(id)
                .text(parent == null ? null : parent.type())
                .text(parent == null ? null : parent.id())
                .texts(references)
                .text(specHash)
                .number(scores.evidenceCompleteness())
                .number(scores.budgetAdherence())
                .number(scores.gateIntegrity())
                .number(scores.provenanceClarity())
                .texts(about)
                .texts(relationships.stream()
                        .flatMap(relationship -> relationship.parts().stream())
                        .toList())
                .texts(derivedFrom)
                .texts(erases.stream().map(String::valueOf).toList())
                .time(at)
                .bytes(payloadHash == null ? null : HexFormat.of().parseHex(payloadHash))
                .time(recordedAt)
                .text(writer)
                .text(role)
                .text(keyId)
                .sha256();
        return HexFormat.of().formatHex(hashed);
    }

    /** What the key signs for the hash {@code hash}, in hex: nothing else that is signed looks like it. */
    static byte[] signedBytes(String hash) {
        return new CanonicalEncoding(SIGNED_DOMAIN, VERSION)
                .bytes(HexFormat.of().parseHex(hash))
                .toBytes();
    }

    /** The entry with its hash and signature by {@code key}, which is the one that it names. */
    ChainEntry signed(SigningKey key) {
        String computed = computedHash();
        return with(computed, key.sign(signedBytes(computed)));
    }

    private ChainEntry with(String newHash, String newSignature) {
        return new ChainEntry(
                tenant,
                sequence,
                type,
                id,
                parent,
                references,
                specHash,
                scores,
                about,
                relationships,
                derivedFrom,
                erases,
                at,
                payloadHash,
                recordedAt,
                writer,
                role,
                previousHash,
                version,
                keyId,
                newHash,
                newSignature);
    }

    EntryKey key() {
        return new EntryKey(type, id);
    }

    boolean isErasure() {
        return type.equals(EntryType.ERASURE.label());
    }
}
