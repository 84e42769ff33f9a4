package dev.rhizome.validation;

/** The bounds of times that are understood, as defaults of fields say them. */
public final class Times {

    /** The first. */
    public static final String EARLIEST = "1900-01-01T00:00:00Z";

    /** The last. */
    public static final String LATEST = "9999-01-01T00:00:00Z";

    private Times() {}
}
