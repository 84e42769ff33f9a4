package dev.rhizome.cli;

import dev.rhizome.event.ArchiveFile;
import dev.rhizome.event.ArchiveVerification;
import dev.rhizome.event.IntegrityKey;
import dev.rhizome.ledger.Checkpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rhizome verify-archive}. */
@Command(
        name = "verify-archive",
        description = "Verifies archives of events; needs no service, no database and no network.",
        footer = {
            "",
            "Each file is verified by itself; the files of a tenant have to follow each other without gap or overlap.",
            "Exit status: 0 valid, 1 not valid, 2 not understood. Whoever has the key can forge what it verifies: give it to"
                    + " nobody who should only read, and let auditors ask the service (POST /v1/events/verify).",
            "Without --key, RHIZOME_EVENTS_INTEGRITY_KEY and RHIZOME_EVENTS_TRUSTED_KEYS count, or the key in RHIZOME_HOME."
        })
final class VerifyArchiveCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE|DIR",
            arity = "1..*",
            description = "Archives, or directories with archives at any depth.")
    private List<Path> places = new ArrayList<>();

    @Option(names = "--key", paramLabel = "FILE", description = "A file with a key whose MACs count; repeatable.")
    private List<Path> keys = new ArrayList<>();

    @Option(
            names = "--head",
            paramLabel = "FILE",
            description = "A head that was kept (GET /v1/events/head), with which the files must agree; repeatable.")
    private List<Path> heads = new ArrayList<>();

    @Option(
            names = "--from",
            paramLabel = "EVENT",
            description =
                    "Number of the first event that is to be there, 1 by default; more where earlier ones were deleted.")
    private long from = 1;

    @Option(
            names = "--to",
            paramLabel = "EVENT",
            description = "Number that the files must come to; the service gives it as anchor.sequence of GET"
                    + " /v1/events/verify.")
    private long to;

    VerifyArchiveCommand() {
        spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        ArchiveVerification verification = new ArchiveVerification(
                key(), heads.stream().map(this::head).toList(), new ArchiveVerification.Expected(from, to));
        List<String> flaws = new ArrayList<>();
        for (Path file : files()) {
            String flaw = take(verification, file);
            if (flaw != null) {
                flaws.add(file + ": " + flaw);
            }
        }
        flaws.addAll(verification.flawsOfHeads());
        return report(verification.reports(), flaws);
    }

    private @Nullable String take(ArchiveVerification verification, Path file) {
        try {
            verification.take(file);
            return null;
        } catch (ArchiveFile.Invalid e) {
            return e.getMessage();
        } catch (UncheckedIOException e) {
            throw misused("cannot read " + file);
        }
    }

    private int report(List<ArchiveVerification.Report> reports, List<String> flaws) {
        PrintWriter out = spec.commandLine().getOut();
        for (ArchiveVerification.Report report : reports) {
            out.println("tenant: " + report.tenant());
            out.println("events: %d to %d in %d files".formatted(report.from(), report.to(), report.files()));
            out.println("heads: " + report.headsMet() + " of those that were kept agree");
            report.notes().forEach(note -> out.println("note: " + note));
            report.flaws().forEach(flaw -> out.println("invalid: " + flaw));
        }
        flaws.forEach(flaw -> out.println("invalid: " + flaw));
        boolean valid = flaws.isEmpty()
                && reports.stream().allMatch(report -> report.flaws().isEmpty());
        if (valid) {
            out.println("valid");
        }
        return valid ? 0 : 1;
    }

    private List<Path> files() {
        List<Path> files = places.stream().flatMap(this::files).distinct().toList();
        if (files.isEmpty()) {
            throw misused("there is no file *" + ArchiveFile.SUFFIX + " in " + places);
        }
        return files;
    }

    private Stream<Path> files(Path place) {
        try {
            Path real = place.toRealPath();
            if (!Files.isDirectory(real)) {
                return Stream.of(real);
            }
            try (Stream<Path> below = Files.walk(real)) {
                return below.filter(file -> file.toString().endsWith(ArchiveFile.SUFFIX)).sorted().toList().stream();
            }
        } catch (IOException | UncheckedIOException e) {
            throw misused("cannot read " + place);
        }
    }

    /** The key comes from where the service has it. */
    private IntegrityKey key() {
        Environment environment = new StandardEnvironment();
        try {
            return IntegrityKey.existing(
                    keys,
                    environment.getProperty("RHIZOME_EVENTS_INTEGRITY_KEY", ""),
                    List.of(environment.getProperty("RHIZOME_EVENTS_TRUSTED_KEYS", String[].class, new String[0])),
                    Path.of(environment.getProperty("RHIZOME_HOME", ".rhizome")));
        } catch (IllegalArgumentException e) {
            throw misused(String.valueOf(e.getMessage()));
        }
    }

    private Checkpoint head(Path json) {
        try {
            return ArchiveFile.head(Files.readString(json));
        } catch (IOException | ArchiveFile.Invalid e) {
            throw misused("--head: " + json + " (expected: a file with a head of events as JSON)");
        }
    }

    private CommandLine.ParameterException misused(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }
}
