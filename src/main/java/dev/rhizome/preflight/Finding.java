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

    /** Whether it only says that another, newer program has migrated the schema: its version, and functions that are that program's. */
    boolean isOfANewerProgram() {
        return switch (rule.id()) {
            case "schema-version-differs" -> subject.startsWith("version");
            case "schema-functions-differ", "definer-altered" -> true;
            case "definer-not-allowed" -> object.startsWith("rhizome.");
            default -> false;
        };
    }

    @Override
    public String toString() {
        return rule.id() + ": " + subject + " (" + rule.remedy() + ")";
    }
}
