package dev.rhizome.preflight;

import java.util.Locale;

/** What follows when a rule is broken. */
public enum Severity {

    /** The service does not start: rows could reach the wrong tenant, or be changed by who may not. */
    ERROR,

    /** The service starts and says so in its log: something that protects is missing, or data could be lost. */
    WARNING;

    /** {@code error} or {@code warning}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
