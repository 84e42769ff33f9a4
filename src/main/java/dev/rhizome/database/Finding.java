package dev.rhizome.database;

/**
 * Something about a database for which the service refuses to start.
 *
 * @param rule the rule's name, stable
 * @param subject the role, table, view or version it is about
 * @param remedy what to do
 */
public record Finding(String rule, String subject, String remedy) {

    @Override
    public String toString() {
        return rule + ": " + subject + " (" + remedy + ")";
    }
}
