package dev.rhizome.bulk;

/** What writing one thing did to it. */
public enum Outcome {
    CREATED,
    UPDATED,
    UNCHANGED;

    /** The name as the API writes it. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
