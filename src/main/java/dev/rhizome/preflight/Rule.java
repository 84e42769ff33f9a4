package dev.rhizome.preflight;

import java.util.List;
import java.util.function.Predicate;

/**
 * Something that has to hold for a database.
 *
 * @param id in kebab case; stable, for it is what people suppress and link to
 * @param severity what follows when it is broken
 * @param title what has to hold, in one line
 * @param risk what could happen otherwise, in one or two sentences
 * @param remedy what to do, in a few words that can follow a colon
 * @param reference where to read on: a CVE, a chapter of PostgreSQL's documentation, or one of ours
 * @param sql gives the subjects in question, each with the full name of its object; both are never null
 * @param arguments of the SQL, {@code $1} first
 * @param breaks which of those subjects break the rule
 */
public record Rule(
        String id,
        Severity severity,
        String title,
        String risk,
        String remedy,
        String reference,
        String sql,
        List<Object> arguments,
        Predicate<String> breaks) {

    /** A rule that is still to be told what it is; its methods are called in their order. */
    static final class Draft {

        private final String id;
        private final Severity severity;
        private final String title;
        private String risk = "";
        private String remedy = "";
        private String reference = "";
        private Predicate<String> breaks = subject -> true;

        private Draft(String id, Severity severity, String title) {
            this.id = id;
            this.severity = severity;
            this.title = title;
        }

        Draft risk(String text) {
            risk = text;
            return this;
        }

        Draft remedy(String text) {
            remedy = text;
            return this;
        }

        Draft see(String text) {
            reference = text;
            return this;
        }

        /** Only subjects of which this is true break the rule. */
        Draft where(Predicate<String> test) {
            breaks = test;
            return this;
        }

        /** The rule, looked for by {@code sql}, in which fragments of {@link Fragments} are named in braces. */
        Rule foundBy(String sql, Object... arguments) {
            return new Rule(
                    id, severity, title, risk, remedy, reference, Fragments.in(sql), List.of(arguments), breaks);
        }
    }

    /** A rule whose breaking the service does not start with. */
    static Draft error(String id, String title) {
        return new Draft(id, Severity.ERROR, title);
    }

    /** A rule whose breaking is told. */
    static Draft warning(String id, String title) {
        return new Draft(id, Severity.WARNING, title);
    }
}
