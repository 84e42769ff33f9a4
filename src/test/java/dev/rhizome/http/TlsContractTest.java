package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** That what docs/security.md says of TLS works: a bundle, a certificate that is replaced, and clients that must show one. */
class TlsContractTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final X509Bundle authority = authority();
    private final Path files = Files.createTempDirectory("rhizome-tls");

    TlsContractTest() throws Exception {}

    @Test
    void answersAreEncryptedAndAReplacedCertificateIsUsedWithoutARestart() throws Exception {
        X509Bundle first = certificate("one");
        save(first);
        try (RunningService service = RunningService.on(TestDatabase.create(), settings())) {
            HttpResponse<String> answer = ask(service, client(null));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Strict-Transport-Security")).hasValue("max-age=31536000");
            assertThat(certificateOf(answer)).isEqualTo(first.getCertificate());

            X509Bundle second = certificate("two");
            save(second);
            long end = System.nanoTime() + LIMIT.toNanos();
            while (!certificateOf(ask(service, client(null))).equals(second.getCertificate())) {
                assertThat(System.nanoTime()).isLessThan(end);
            }
        }
    }

    @Test
    void whoHasNoCertificateIsRefusedWhereOneMustBeShown() throws Exception {
        save(certificate("localhost"));
        String[] mutual = {
            "--spring.ssl.bundle.pem.web.truststore.certificate=file:" + files.resolve("authority.pem"),
            "--server.ssl.client-auth=need"
        };
        try (RunningService service = RunningService.on(TestDatabase.create(), settings(mutual))) {
            assertThatThrownBy(() -> ask(service, client(null))).isInstanceOf(IOException.class);
            X509Bundle stranger = ofAClient(authority());
            assertThatThrownBy(() -> ask(service, client(stranger))).isInstanceOf(IOException.class);

            assertThat(ask(service, client(ofAClient(authority))).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void plainHttpIsNotAnswered() throws Exception {
        save(certificate("localhost"));
        try (RunningService service = RunningService.on(TestDatabase.create(), settings())) {
            HttpRequest plain = HttpRequest.newBuilder(
                            URI.create("http://localhost:" + service.port() + "/openapi.yaml"))
                    .timeout(LIMIT)
                    .build();
            assertThatThrownBy(() -> client(null).send(plain, HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
        }
    }

    private String[] settings(String... more) {
        String[] bundle = {
            "--server.ssl.bundle=web",
            "--spring.ssl.bundle.pem.web.keystore.certificate=file:" + files.resolve("certificate.pem"),
            "--spring.ssl.bundle.pem.web.keystore.private-key=file:" + files.resolve("key.pem"),
            "--spring.ssl.bundle.pem.web.reload-on-update=true",
            "--spring.ssl.bundle.watch.file.quiet-period=200ms"
        };
        return Stream.concat(Stream.of(bundle), Stream.of(more)).toArray(String[]::new);
    }

    private static HttpResponse<String> ask(RunningService service, HttpClient client)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("https://localhost:" + service.port() + "/openapi.yaml"))
                .timeout(LIMIT)
                .build();
        try (client) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    private static X509Certificate certificateOf(HttpResponse<?> answer) throws SSLException {
        return (X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0];
    }

    private HttpClient client(@Nullable X509Bundle certificate) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManager[] shown =
                certificate == null ? null : certificate.toKeyManagerFactory().getKeyManagers();
        context.init(shown, new TrustManager[] {authority.toTrustManager()}, null);
        return HttpClient.newBuilder().sslContext(context).connectTimeout(LIMIT).build();
    }

    private static X509Bundle authority() throws Exception {
        return new CertificateBuilder()
                .subject("CN=authority of the tests")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    private X509Bundle certificate(String name) throws Exception {
        return new CertificateBuilder()
                .subject("CN=" + name)
                .addSanDnsName("localhost")
                .addExtendedKeyUsageServerAuth()
                .buildIssuedBy(authority);
    }

    private static X509Bundle ofAClient(X509Bundle issuer) throws Exception {
        return new CertificateBuilder()
                .subject("CN=a client")
                .addExtendedKeyUsageClientAuth()
                .buildIssuedBy(issuer);
    }

    private void save(X509Bundle certificate) throws IOException {
        Files.writeString(files.resolve("authority.pem"), authority.getRootCertificatePEM());
        Files.writeString(files.resolve("key.pem"), certificate.getPrivateKeyPEM());
        Files.writeString(files.resolve("certificate.pem"), certificate.getCertificatePathPEM());
    }
}
