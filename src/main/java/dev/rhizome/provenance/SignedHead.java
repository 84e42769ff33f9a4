package dev.rhizome.provenance;

import dev.rhizome.integrity.CanonicalEncoding;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;

/**
 * A signed statement that a chain had come to an entry. Kept elsewhere it shows later that the chain was not cut or written
 * anew before there.
 *
 * @param tenant whose chain it is
 * @param sequence of the chain's last entry
 * @param hash of that entry, in hex
 * @param at when it was signed
 * @param keyId of the key
 * @param version of the rules by which it is signed
 * @param signature Ed25519, in hex
 */
public record SignedHead(
        UUID tenant, long sequence, String hash, Instant at, String keyId, int version, String signature) {

    /** Version of the rules of {@link #signedBytes}. */
    static final int VERSION = 1;

    private static final String DOMAIN = "rhizome.provenance.head";

    /** What the key signs. */
    byte[] signedBytes() {
        return new CanonicalEncoding(DOMAIN, version)
                .id(tenant)
                .integer(sequence)
                .bytes(HexFormat.of().parseHex(hash))
                .time(at)
                .text(keyId)
                .toBytes();
    }

    /** A head of the chain's end, signed by {@code key}. */
    static SignedHead of(ChainEnd end, Instant at, SigningKey key) {
        SignedHead unsigned = new SignedHead(end.tenant(), end.sequence(), end.hash(), at, key.id(), VERSION, "");
        return new SignedHead(
                end.tenant(), end.sequence(), end.hash(), at, key.id(), VERSION, key.sign(unsigned.signedBytes()));
    }
}
