package dev.rhizome.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rhizome.database.ConnectionPools;
import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.preflight.Preflight;
import dev.rhizome.preflight.Rule;
import dev.rhizome.preflight.Severity;
import io.r2dbc.pool.ConnectionPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code rhizome check}. */
@Command(
        name = "check",
        description = "Says whether this database would leak one tenant's rows to another, or lose what was stored.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:safe: no error, and with --fail-on warning no warning",
            "1:not safe",
            "2:not understood, or the database could not be looked at"
        })
final class CheckCommand implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int NOT_SAFE = 1;
    private static final int NOT_LOOKED = 2;

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, json or sarif (SARIF 2.1.0); docs/check.md describes them. Default: text.")
    private ReportFormat format = ReportFormat.TEXT;

    @Option(names = "--output", paramLabel = "FILE", description = "Write the report there instead of printing it.")
    private @Nullable Path output;

    @Option(
            names = "--fail-on",
            paramLabel = "SEVERITY",
            defaultValue = "error",
            description = "error or warning: the least for which the exit status is 1. Default: error.")
    private Severity failOn = Severity.ERROR;

    @Option(
            names = "--skip",
            paramLabel = "RULE",
            split = ",",
            description = "A rule that is not looked at; may be repeated. The service's own start skips none.")
    private List<String> skip = List.of();

    @Option(names = "--rules", description = "List the rules, and look at no database.")
    private boolean onlyRules;

    /** Looks at the database that {@code environment} names. */
    CheckCommand(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        Set<String> skipped = skipped();
        if (onlyRules) {
            return emit(rules(), "") ? CommandLine.ExitCode.OK : NOT_LOOKED;
        }
        Checked checked;
        try {
            checked = look(skipped);
        } catch (RuntimeException e) {
            return fail("the database could not be looked at: " + RhizomeCommand.reason(e));
        }
        return emit(format.of(checked), TextReport.summary(checked)) ? status(checked) : NOT_LOOKED;
    }

    private Set<String> skipped() {
        List<String> known = Preflight.rules().stream().map(Rule::id).toList();
        for (String rule : skip) {
            if (!known.contains(rule)) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(), "--skip: there is no rule " + rule + "; --rules lists them");
            }
        }
        return new LinkedHashSet<>(skip);
    }

    private String rules() {
        return switch (format) {
            case TEXT -> TextReport.ofRules();
            case JSON -> JsonReport.ofRules();
            case SARIF ->
                throw new CommandLine.ParameterException(
                        spec.commandLine(), "--rules: they are listed as text or json");
        };
    }

    private Checked look(Set<String> skipped) {
        DatabaseSettings settings = DatabaseSettings.from(environment);
        ConnectionPool pool = ConnectionPools.create(settings);
        try {
            Preflight preflight = new Preflight(new UntenantedQueries(pool));
            Checked checked = preflight
                    .hasSchema()
                    .filter(Boolean::booleanValue)
                    .switchIfEmpty(Mono.error(CheckCommand::noSchema))
                    .then(Mono.zip(preflight.facts(), preflight.findings(skipped)))
                    .map(seen -> new Checked(settings.address(), seen.getT1(), skipped, seen.getT2()))
                    .timeout(LIMIT, Mono.error(CheckCommand::noAnswer))
                    .block();
            if (checked == null) {
                throw noAnswer();
            }
            return checked;
        } finally {
            pool.dispose();
        }
    }

    private static IllegalStateException noSchema() {
        return new IllegalStateException("it has no schema rhizome yet; make it with: rhizome migrate");
    }

    private static IllegalStateException noAnswer() {
        return new IllegalStateException("it gave no answer in " + LIMIT.toSeconds() + " s");
    }

    private boolean emit(String report, String summary) {
        if (output == null) {
            spec.commandLine().getOut().print(report);
            spec.commandLine().getOut().flush();
            return true;
        }
        try {
            Files.writeString(output, report, UTF_8);
        } catch (IOException e) {
            spec.commandLine().getErr().println("error: --output: cannot write " + output);
            return false;
        }
        if (!summary.isEmpty()) {
            spec.commandLine().getOut().println(summary);
        }
        return true;
    }

    private int status(Checked checked) {
        long counted =
                checked.count(Severity.ERROR) + (failOn == Severity.WARNING ? checked.count(Severity.WARNING) : 0);
        return counted == 0 ? CommandLine.ExitCode.OK : NOT_SAFE;
    }

    private int fail(String message) {
        spec.commandLine().getErr().println("error: " + message);
        return NOT_LOOKED;
    }
}
