package dev.rhizome.testing;

import dev.rhizome.Application;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** The service in a process of its own, which can be killed. */
public final class ServiceProcess implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final URI base;

    private ServiceProcess(Process process, URI base) {
        this.process = process;
        this.base = base;
    }

    /** A service on {@code database}, ready. */
    public static ServiceProcess start(TestDatabase database) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        ProcessBuilder builder = new ProcessBuilder(
                        java.toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Application.class.getName(),
                        "serve")
                .redirectErrorStream(true)
                .redirectOutput(Files.createTempFile("rhizome-service", ".log").toFile());
        builder.environment().clear(); // the machine's own PORT or DATABASE_URL is not meant for this service
        builder.environment().putAll(database.variables(4));
        builder.environment().put("PORT", String.valueOf(port));
        builder.environment().put("RHIZOME_OPERATOR_KEY", RunningService.OPERATOR);
        builder.environment()
                .put("RHIZOME_HOME", Files.createTempDirectory("rhizome-home").toString());
        ServiceProcess service = new ServiceProcess(builder.start(), URI.create("http://localhost:" + port));
        service.awaitReady();
        return service;
    }

    private void awaitReady() throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException("the service did not become ready");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(base.resolve("/actuator/health/readiness"))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** A new tenant. */
    public UUID newTenant(String slug) throws IOException, InterruptedException {
        return UUID.fromString(field("/v1/tenants", "{\"slug\":\"" + slug + "\"}", "id"));
    }

    /** A new key of a tenant. */
    public String newKey(UUID tenant, String role) throws IOException, InterruptedException {
        String body = "{\"name\":\"%s\",\"role\":\"%s\"}".formatted(role, role);
        return field("/v1/tenants/" + tenant + "/keys", body, "key");
    }

    private String field(String path, String body, String field) throws IOException, InterruptedException {
        HttpRequest request = request(path, RunningService.OPERATOR)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        String answer = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        return JsonMapper.shared().readTree(answer).path(field).asString();
    }

    /** Posts NDJSON; the answer's lines come as they are written. */
    public HttpResponse<Stream<String>> post(String path, String key, String lines)
            throws IOException, InterruptedException {
        HttpRequest request = request(path, key)
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(lines))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofLines());
    }

    private HttpRequest.Builder request(String path, String key) {
        return HttpRequest.newBuilder(base.resolve(path)).header("Authorization", "Bearer " + key);
    }

    /** Ends it as {@code kill -9} does; it gets no chance to finish anything. */
    public void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        http.close();
    }
}
