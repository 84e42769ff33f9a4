package dev.rhizome.transfer;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the last line of an export says.
 *
 * @param rows how many there are
 * @param tables how many there are of each table that has any
 * @param sha256 of all lines before, in hex
 * @param keyId of the key that signed the hash and the number of rows
 * @param signature Ed25519, in hex
 */
record ExportEnd(long rows, Map<String, Long> tables, String sha256, String keyId, String signature) {

    ExportEnd {
        Stream.of(sha256, keyId, signature).forEach(Objects::requireNonNull);
        tables = Collections.unmodifiableMap(new TreeMap<>(tables));
    }
}
