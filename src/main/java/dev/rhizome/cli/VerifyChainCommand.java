package dev.rhizome.cli;

import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.ledger.KeyPem;
import dev.rhizome.ledger.Verdict;
import dev.rhizome.provenance.ChainFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rhizome verify-chain}. */
@Command(
        name = "verify-chain",
        description = "Verifies an exported chain of provenance; needs no service, no database and no network.",
        footer = {
            "",
            "Exit status: 0 valid, 1 not valid, 2 not understood. Keys that the file itself names prove that it is"
                    + " consistent, not who wrote it: keep the service's public keys (GET /v1/provenance/keys) and a head"
                    + " (GET /v1/provenance/head) where the service's operator cannot change them."
        })
final class VerifyChainCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "An answer to GET /v1/provenance/export.")
    private Path file = Path.of("");

    @Option(names = "--key", paramLabel = "PEM-FILE", description = "A public key whose signatures count; repeatable.")
    private List<Path> keys = new ArrayList<>();

    @Option(
            names = "--head",
            paramLabel = "FILE",
            description = "A head that was kept: the chain must have come to it; repeatable.")
    private List<Path> heads = new ArrayList<>();

    VerifyChainCommand() {
        spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        List<PublicKey> trusted = keys.stream().map(this::key).toList();
        List<Checkpoint> earlier = heads.stream().map(this::head).toList();
        PrintWriter out = spec.commandLine().getOut();
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return report(ChainFile.verify(lines, trusted, earlier), out);
        } catch (ChainFile.Unreadable | java.nio.charset.MalformedInputException e) {
            String why = e instanceof ChainFile.Unreadable ? e.getMessage() : "it is not text in UTF-8";
            out.println("invalid: " + file + ": " + why);
            return 1;
        } catch (IOException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), "cannot read " + file);
        }
    }

    private int report(ChainFile.Report report, PrintWriter out) {
        Verdict verdict = report.verdict();
        out.println("tenant: " + report.tenant());
        out.println("entries: %d from %d on, %d of them erased"
                .formatted(verdict.entries(), report.from(), verdict.erased()));
        Checkpoint last = report.lastHead();
        out.println("heads: " + verdict.checkpoints()
                + (last == null ? "" : ", the last of entry " + last.sequence() + " at " + last.at()));
        out.println("keys: " + String.join(", ", report.keys())
                + (keys.isEmpty()
                        ? " of the file itself, which proves that it is consistent, not who wrote it (see --key)"
                        : ""));
        if (report.from() > 1) {
            out.println("note: what is in front of entry " + report.from() + " is not in the file");
        }
        if (last == null || last.sequence() < report.to()) {
            out.println("note: no head covers the last entries, so nothing shows whether more followed");
        }
        Verdict.Finding bad = verdict.finding();
        out.println(
                bad == null
                        ? "valid"
                        : "invalid: first bad entry " + bad.sequence() + ": "
                                + bad.flaw().reason());
        return bad == null ? 0 : 1;
    }

    private PublicKey key(Path pem) {
        try {
            return KeyPem.publicKey(Files.readString(pem));
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--key: " + pem + " (expected: a file with a public Ed25519 key as PEM)");
        }
    }

    private Checkpoint head(Path json) {
        try {
            return ChainFile.head(Files.readString(json));
        } catch (IOException | ChainFile.Unreadable e) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--head: " + json + " (expected: a file with a head as JSON)");
        }
    }
}
