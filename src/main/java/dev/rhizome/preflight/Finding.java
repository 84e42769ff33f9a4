package dev.rhizome.preflight;

/**
 * Something about a database that breaks a rule.
 *
 * @param rule what is broken
 * @param subject for people: the role, table, view or version it is about, and what of it
 * @param object for programs: the full name of that alone, such as {@code rhizome.entities}
 */
public record Finding(Rule rule, String subject, String object) {

    /** Whether the service refuses to start. */
    public boolean isError() {
        return rule.severity() == Severity.ERROR;
    }

    @Override
    public String toString() {
        return rule.id() + ": " + subject + " (" + rule.remedy() + ")";
    }
}
