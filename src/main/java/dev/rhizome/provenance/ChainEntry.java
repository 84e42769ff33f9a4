package dev.rhizome.provenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.integrity.CanonicalEncoding;
import dev.rhizome.ledger.Seal;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a chain: what its hash covers, then the hash and the signature. Hashes and signatures are in hex.
 *
 * @param tenant under whose id the chain is sealed
 * @param sequence place in the chain, from 1 without gaps
 * @param type such as {@code verdict}
 * @param id unique in the tenant for its type
 * @param parent an earlier entry, null for none
 * @param references constitutional rules that it applies
 * @param specHash of the specification that held, null for none
 * @param scores how good what it records was found to be
 * @param about ids of entities that it made or that it is about
 * @param relationships that it made
 * @param derivedFrom ids of entities that it was made from
 * @param erases of an erasure: entries whose payload it removed
 * @param at when it happened, according to its writer
 * @param payloadHash salted hash of its {@link Payload}, null where it never had one
 * @param recordedAt when the service recorded it
 * @param writer who wrote it, see {@code tenant.Actor}
 * @param role of the writer
 * @param previousHash hash of the entry in front, 64 zeros for the first
 * @param version of the rules by which it is hashed
 * @param keyId of the key that signed it
 * @param hash SHA-256 of all of the above
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

    /** Version of the rules of {@link #computedHash}. The rules of a version never change. */
    static final int VERSION = 1;

    private static final String DOMAIN = "rhizome.provenance.entry";
    private static final String SIGNED_DOMAIN = "rhizome.provenance.entry.signature";

    /** The hash of the fields. */
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

    /** The bytes that are signed for {@code hash}, in hex; no other signed bytes look like them. */
    static byte[] signedBytes(String hash) {
        return new CanonicalEncoding(SIGNED_DOMAIN, VERSION)
                .bytes(HexFormat.of().parseHex(hash))
                .toBytes();
    }

    /** The entry with its hash and with its signature by {@code seal}, whose key it names. */
    ChainEntry signed(Seal seal) {
        String computed = computedHash();
        return with(computed, seal.seal(signedBytes(computed)));
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
