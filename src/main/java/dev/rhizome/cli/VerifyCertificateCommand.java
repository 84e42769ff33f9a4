package dev.rhizome.cli;

import dev.rhizome.ledger.Ed25519Seal;
import dev.rhizome.ledger.KeyPem;
import dev.rhizome.transfer.RemovalCertificate;
import java.io.IOException;
import java.io.PrintWriter;
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

/** {@code rhizome verify-certificate}. */
@Command(
        name = "verify-certificate",
        description = "Verifies a certificate of a tenant's removal; needs no service, no database and no network.",
        footer = {"", "Exit status: 0 valid, 1 not valid, 2 not understood."})
final class VerifyCertificateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "An answer to GET /v1/tenants/{id}/certificate.")
    private Path file = Path.of("");

    @Option(
            names = "--key",
            paramLabel = "PEM-FILE",
            required = true,
            description = "A public key whose signatures count, of GET /v1/provenance/keys; repeatable.")
    private List<Path> keys = new ArrayList<>();

    VerifyCertificateCommand() {
        spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        Ed25519Seal trusted = Ed25519Seal.verifying(keys.stream().map(this::key).toList());
        RemovalCertificate certificate = certificate();
        PrintWriter out = spec.commandLine().getOut();
        out.println("tenant: " + certificate.tenant());
        out.println("closed: " + certificate.closedAt() + ", removed: " + certificate.removedAt());
        out.println("rows: "
                + certificate.rows().values().stream()
                        .mapToLong(Long::longValue)
                        .sum() + " in "
                + certificate.rows().values().stream().filter(rows -> rows > 0).count() + " tables; left: "
                + certificate.left());
        return switch (certificate.check(trusted)) {
            case VALID -> said("valid: signed by the key " + certificate.keyId(), 0);
            case UNTRUSTED_KEY -> said("invalid: signed by the key " + certificate.keyId() + ", which is not given", 1);
            case INVALID -> said("invalid: it does not say what was signed", 1);
        };
    }

    private int said(String verdict, int status) {
        spec.commandLine().getOut().println(verdict);
        return status;
    }

    private RemovalCertificate certificate() {
        try {
            return RemovalCertificate.of(Files.readString(file));
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), file + " (expected: a file with a certificate of a removal as JSON)");
        }
    }

    private PublicKey key(Path pem) {
        try {
            return KeyPem.publicKey(Files.readString(pem));
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--key: " + pem + " (expected: a file with a public Ed25519 key as PEM)");
        }
    }
}
