package dev.rhizome.cli;

import dev.rhizome.preflight.Finding;
import dev.rhizome.preflight.Preflight;
import dev.rhizome.preflight.Rule;
import dev.rhizome.preflight.Severity;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What was seen, for programs; docs/check.md describes the fields, and {@link #FORMAT} is raised when one changes. */
final class JsonReport {

    private static final int FORMAT = 1;
    private static final JsonMapper WRITER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private record Document(
            int format,
            String version,
            Database database,
            int rules,
            List<String> skipped,
            long errors,
            long warnings,
            List<Found> findings) {}

    private record Database(
            String host, int port, String name, String role, String postgresql, String pgvector, String schema) {}

    private record Found(
            String rule,
            String severity,
            String title,
            String subject,
            String object,
            String risk,
            String remedy,
            String reference) {}

    private record Listed(int format, String version, List<ListedRule> rules) {}

    private record ListedRule(
            String id, String severity, String group, String title, String risk, String remedy, String reference) {}

    private JsonReport() {}

    static String of(Checked checked) {
        return written(new Document(
                FORMAT,
                RhizomeCommand.version(),
                new Database(
                        checked.address().host(),
                        checked.address().port(),
                        checked.address().database(),
                        checked.facts().role(),
                        checked.facts().postgresql(),
                        checked.facts().pgvector(),
                        checked.facts().schema()),
                checked.rules().size(),
                checked.skipped().stream().sorted().toList(),
                checked.count(Severity.ERROR),
                checked.count(Severity.WARNING),
                checked.findings().stream().map(JsonReport::found).toList()));
    }

    /** All rules, for {@code --rules}. */
    static String ofRules() {
        return written(new Listed(
                FORMAT,
                RhizomeCommand.version(),
                Preflight.groups().stream()
                        .flatMap(group -> group.rules().stream().map(rule -> listed(group.title(), rule)))
                        .toList()));
    }

    private static Found found(Finding finding) {
        Rule rule = finding.rule();
        return new Found(
                rule.id(),
                rule.severity().toString(),
                rule.title(),
                finding.subject(),
                finding.object(),
                rule.risk(),
                rule.remedy(),
                rule.reference());
    }

    private static ListedRule listed(String group, Rule rule) {
        return new ListedRule(
                rule.id(),
                rule.severity().toString(),
                group,
                rule.title(),
                rule.risk(),
                rule.remedy(),
                rule.reference());
    }

    private static String written(Object document) {
        return WRITER.writeValueAsString(document) + "\n";
    }
}
