package dev.rhizome.client;

import java.util.Locale;

/** What a key of a tenant may do. */
public enum Role {
    /** Reads. */
    READER,
    /** Reads and writes. */
    WRITER,
    /** Also manages the tenant's keys. */
    ADMIN,
    /** Reads the audit. */
    AUDITOR;

    /** As the service spells it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
