package dev.rhizome.tenant;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a caller may do. A reader reads, a writer writes too, an admin manages keys too; the others stand apart. */
public enum Role {
    READER,
    WRITER,
    ADMIN,
    /** Reads what was done by whom, and what is needed to verify it; nothing else of the tenant's. */
    AUDITOR,
    /** Manages tenants, and sees no tenant's data. */
    OPERATOR;

    /** Whether whoever has this role may do what {@code needed} may. */
    public boolean includes(Role needed) {
        return this == needed || (compareTo(ADMIN) <= 0 && needed.compareTo(this) <= 0);
    }

    /** The role of that name in lower case, as the API writes it; the operator's cannot be given out. */
    public static Optional<Role> ofKey(String name) {
        return Stream.of(values())
                .filter(role -> role != OPERATOR && role.label().equals(name))
                .findFirst();
    }

    /** The name as the API writes it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
