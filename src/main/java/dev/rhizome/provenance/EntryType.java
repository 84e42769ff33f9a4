package dev.rhizome.provenance;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What an entry records. */
enum EntryType {
    VERDICT,
    WAIVER,
    GATE,
    SPEC,
    BUDGET,
    POLICY,
    /** That payloads were removed; only the service writes it. */
    ERASURE;

    /** All, as the API writes them. */
    static final Map<String, EntryType> NAMES =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(EntryType::label, type -> type));

    /** Those that a client may write. */
    static final Map<String, EntryType> WRITABLE = NAMES.entrySet().stream()
            .filter(named -> named.getValue() != ERASURE)
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    /** The name as the API writes it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
