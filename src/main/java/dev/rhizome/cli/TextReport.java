package dev.rhizome.cli;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.rhizome.preflight.Finding;
import dev.rhizome.preflight.Preflight;
import dev.rhizome.preflight.Rule;
import dev.rhizome.preflight.RuleGroup;
import dev.rhizome.preflight.Severity;
import java.util.List;
import java.util.Locale;

/** What was seen, for people. */
final class TextReport {

    private TextReport() {}

    static String of(Checked checked) {
        StringBuilder text = new StringBuilder();
        add(
                text,
                "%s as %s: PostgreSQL %s, pgvector %s, schema %s%n%n",
                checked.address(),
                checked.facts().role(),
                checked.facts().postgresql(),
                checked.facts().pgvector(),
                checked.facts().schema());
        Preflight.groups().forEach(group -> addGroup(text, group, checked));
        add(text, "%n%s%n", summary(checked));
        if (!checked.findings().isEmpty()) {
            add(text, "docs/check.md explains each rule; rhizome check --rules lists them.%n");
        }
        return text.toString();
    }

    /** All rules, for {@code --rules}. */
    static String ofRules() {
        StringBuilder text = new StringBuilder();
        for (RuleGroup group : Preflight.groups()) {
            add(text, "%s%n", group.title());
            group.rules().forEach(rule -> add(text, "  %-8s %-28s %s%n", rule.severity(), rule.id(), rule.title()));
        }
        return text.toString();
    }

    /** One line on all of it. */
    static String summary(Checked checked) {
        long errors = checked.count(Severity.ERROR);
        long warnings = checked.count(Severity.WARNING);
        String skipped =
                checked.skipped().isEmpty() ? "" : ", " + checked.skipped().size() + " skipped";
        return (errors > 0 ? "not safe" : "safe") + ": " + checked.rules().size() + " rules, "
                + counted(errors, "error") + ", " + counted(warnings, "warning") + skipped;
    }

    private static String counted(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static void addGroup(StringBuilder text, RuleGroup group, Checked checked) {
        List<Rule> looked =
                group.rules().stream().filter(checked.rules()::contains).toList();
        List<Rule> broken = looked.stream()
                .filter(rule -> !checked.findings(rule).isEmpty())
                .toList();
        add(text, "%-24s %d of %d hold%n", group.title(), looked.size() - broken.size(), looked.size());
        broken.forEach(rule -> addBroken(text, rule, checked.findings(rule)));
    }

    private static void addBroken(StringBuilder text, Rule rule, List<Finding> findings) {
        add(text, "  %-8s %s%n", rule.severity().toString().toUpperCase(Locale.ROOT), rule.id());
        findings.forEach(found -> add(text, "           - %s%n", found.subject()));
        add(text, "           what could happen: %s%n", rule.risk());
        add(text, "           what to do: %s%n", rule.remedy());
        add(text, "           read on: %s%n", rule.reference());
    }

    @FormatMethod
    private static void add(StringBuilder text, @FormatString String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values));
    }
}
