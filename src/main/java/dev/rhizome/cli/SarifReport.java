package dev.rhizome.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rhizome.preflight.Finding;
import dev.rhizome.preflight.Rule;
import dev.rhizome.preflight.Severity;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was seen, as SARIF 2.1.0: for code scanning and editors.
 *
 * <p>A database has no files, but some readers refuse a result without one. So each result has, beside the object's name, a
 * file's name made of it that stays the same from run to run.
 */
final class SarifReport {

    private static final String SCHEMA =
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
    private static final JsonMapper WRITER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private record Log(@JsonProperty("$schema") String schema, String version, List<Run> runs) {}

    private record Run(Tool tool, List<Invocation> invocations, List<Result> results, Map<String, String> properties) {}

    private record Tool(Driver driver) {}

    private record Driver(String name, String version, List<Descriptor> rules) {}

    private record Descriptor(
            String id,
            Text shortDescription,
            Text fullDescription,
            Text help,
            Configuration defaultConfiguration,
            Map<String, Object> properties) {}

    private record Configuration(String level) {}

    private record Text(String text) {}

    private record Invocation(boolean executionSuccessful) {}

    private record Result(
            String ruleId,
            int ruleIndex,
            String level,
            Text message,
            List<Location> locations,
            Map<String, String> partialFingerprints) {}

    private record Location(PhysicalLocation physicalLocation, List<LogicalLocation> logicalLocations) {}

    private record PhysicalLocation(ArtifactLocation artifactLocation, Region region) {}

    private record ArtifactLocation(String uri) {}

    private record Region(int startLine) {}

    private record LogicalLocation(String name, String fullyQualifiedName) {}

    private SarifReport() {}

    static String of(Checked checked) {
        List<Rule> rules = checked.rules();
        Driver driver = new Driver(
                "rhizome-check",
                RhizomeCommand.version(),
                rules.stream().map(SarifReport::descriptor).toList());
        List<Result> results = checked.findings().stream()
                .map(finding -> result(finding, rules.indexOf(finding.rule())))
                .toList();
        Map<String, String> properties = Map.of(
                "postgresql", checked.facts().postgresql(),
                "pgvector", checked.facts().pgvector(),
                "schema", checked.facts().schema());
        Run run = new Run(new Tool(driver), List.of(new Invocation(true)), results, properties);
        return WRITER.writeValueAsString(new Log(SCHEMA, "2.1.0", List.of(run))) + "\n";
    }

    private static Descriptor descriptor(Rule rule) {
        return new Descriptor(
                rule.id(),
                new Text(rule.title()),
                new Text(rule.risk()),
                new Text("What to do: " + rule.remedy() + ". Read on: " + rule.reference() + "."),
                new Configuration(rule.severity().toString()),
                Map.of(
                        "tags",
                        List.of("security"),
                        "precision",
                        "very-high",
                        "security-severity",
                        rule.severity() == Severity.ERROR ? "8.0" : "4.0"));
    }

    private static Result result(Finding finding, int ruleIndex) {
        Rule rule = finding.rule();
        String object = finding.object();
        Location location = new Location(
                new PhysicalLocation(new ArtifactLocation(file(object)), new Region(1)),
                List.of(new LogicalLocation(object.substring(object.indexOf('.') + 1), object)));
        return new Result(
                rule.id(),
                ruleIndex,
                rule.severity().toString(),
                new Text(finding.subject() + ": " + rule.risk() + " What to do: " + rule.remedy() + "."),
                List.of(location),
                Map.of("primaryLocationLineHash", fingerprint(finding)));
    }

    private static String file(String object) {
        try {
            return new URI(null, null, "database/" + object, null).toASCIIString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same as long as the same thing is found of the same object. */
    private static String fingerprint(Finding finding) {
        String what = finding.rule().id() + "\n" + finding.object() + "\n" + finding.subject();
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(what.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
