package dev.rhizome.transfer;

import dev.rhizome.integrity.CanonicalEncoding;
import dev.rhizome.ledger.Seal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** What the lines of an export come to: how many rows there are of each table, and SHA-256 over all lines but the last. */
final class ExportDigest {

    private static final String DOMAIN = "rhizome.tenant.export";
    private static final int VERSION = 1;

    private final MessageDigest digest = sha256();
    private final Map<String, Long> rows = new TreeMap<>();
    private long total;

    /** Adds a line. */
    void add(ExportLine line) {
        digest.update(line.event().getBytes(StandardCharsets.US_ASCII));
        digest.update((byte) '\n');
        digest.update(line.json().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        if (line.event().equals(ExportLine.ROW)) {
            rows.merge(line.table(), 1L, Long::sum);
            total++;
        }
    }

    /** How many rows there were. */
    long total() {
        return total;
    }

    /** The last line; nothing is added any more. */
    ExportEnd end(Seal seal) {
        String hash = HexFormat.of().formatHex(digest.digest());
        return new ExportEnd(total, rows, hash, String.valueOf(seal.keyId()), seal.seal(signed(hash)));
    }

    /** Whether {@code end} is that of the lines that were added, sealed by a key that {@code seal} trusts. */
    Seal.Check check(ExportEnd end, Seal seal) {
        String hash = HexFormat.of().formatHex(digest.digest());
        boolean isSame = hash.equals(end.sha256()) && total == end.rows() && rows.equals(end.tables());
        return isSame ? seal.check(end.keyId(), signed(hash), end.signature()) : Seal.Check.INVALID;
    }

    private byte[] signed(String hash) {
        return new CanonicalEncoding(DOMAIN, VERSION)
                .bytes(HexFormat.of().parseHex(hash))
                .integer(total)
                .toBytes();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
