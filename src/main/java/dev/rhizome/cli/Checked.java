package dev.rhizome.cli;

import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.preflight.DatabaseFacts;
import dev.rhizome.preflight.Finding;
import dev.rhizome.preflight.Preflight;
import dev.rhizome.preflight.Rule;
import dev.rhizome.preflight.Severity;
import java.util.List;
import java.util.Set;

/**
 * What {@code rhizome check} saw.
 *
 * @param address where it looked
 * @param facts of the database there
 * @param skipped ids of rules that were not looked at
 * @param findings in the order of the rules
 */
record Checked(DatabaseSettings.Address address, DatabaseFacts facts, Set<String> skipped, List<Finding> findings) {

    /** The rules that were looked at, in their order. */
    List<Rule> rules() {
        return Preflight.rules().stream()
                .filter(rule -> !skipped.contains(rule.id()))
                .toList();
    }

    /** What was found of {@code rule}. */
    List<Finding> findings(Rule rule) {
        return findings.stream().filter(found -> found.rule().equals(rule)).toList();
    }

    long count(Severity severity) {
        return findings.stream()
                .filter(found -> found.rule().severity() == severity)
                .count();
    }
}
