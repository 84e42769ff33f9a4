package dev.rhizome.testing;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** The service in a process of its own, which can be killed. */
public final class ServiceProcess implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final URI base;
    private final Path log;
    private volatile boolean killed;

    private ServiceProcess(Process process, URI base, Path log) {
        this.process = process;
        this.base = base;
        this.log = log;
    }

    /** A service on {@code database}, with more {@code --setting=value}s, ready. */
    public static ServiceProcess start(TestDatabase database, String... settings)
            throws IOException, InterruptedException {
        return start(database, Place.anywhere(), settings);
    }

    /**
     * Where a service runs: one that is started at the place of another takes its place.
     *
     * @param port where it listens
     * @param home where its keys are, which several processes on one database need in common
     * @param variables more of its environment
     */
    public record Place(int port, Path home, Map<String, String> variables) {

        /** A free port, and a home of its own. */
        public static Place anywhere() throws IOException {
            return beside(Files.createTempDirectory("rhizome-home"));
        }

        /** A free port, and the home that another process has. */
        public static Place beside(Path home) throws IOException {
            try (ServerSocket free = new ServerSocket(0)) {
                return new Place(free.getLocalPort(), home, Map.of());
            }
        }

        /** The same, with these variables in its environment. */
        public Place with(Map<String, String> more) {
            return new Place(port, home, more);
        }
    }

    /** As {@link #start(TestDatabase, String...)}, at {@code place}. */
    public static ServiceProcess start(TestDatabase database, Place place, String... settings)
            throws IOException, InterruptedException {
        return start(RecordedStart.command(properties(settings)), database, place);
    }

    /** As {@link #start(TestDatabase, Place, String...)}, another version of the program. */
    public static ServiceProcess start(PreviousVersion version, TestDatabase database, Place place)
            throws IOException, InterruptedException {
        String classPath = version.classes() + File.pathSeparator + PreviousVersion.libraries();
        return start(RecordedStart.command(List.of(), classPath), database, place);
    }

    private static List<String> properties(String... settings) {
        return Stream.of(settings)
                .map(setting -> setting.replaceFirst("^--", "-D"))
                .toList();
    }

    private static ServiceProcess start(List<String> command, TestDatabase database, Place place)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile("rhizome-service", ".log");
        ProcessBuilder builder = program(command, database, "serve").redirectOutput(log.toFile());
        builder.environment().put("PORT", String.valueOf(place.port()));
        builder.environment().put("RHIZOME_OPERATOR_KEY", RunningService.OPERATOR);
        builder.environment().put("RHIZOME_HOME", place.home().toString());
        builder.environment().putAll(place.variables());
        URI base = URI.create("http://localhost:" + place.port());
        ServiceProcess service = new ServiceProcess(builder.start(), base, log);
        service.awaitReady();
        return service;
    }

    /**
     * How a command ended.
     *
     * @param status of its exit
     * @param output and errors
     */
    public record Ended(int status, String output) {}

    /** Runs a command of the program on {@code database} to its end. */
    public static Ended run(TestDatabase database, String... arguments) throws IOException, InterruptedException {
        Process process =
                program(RecordedStart.command(List.of()), database, arguments).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }

    private static ProcessBuilder program(List<String> java, TestDatabase database, String... arguments) {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear(); // the machine's own PORT or DATABASE_URL is not meant for this program
        builder.environment().putAll(database.variables(4));
        return builder;
    }

    private void awaitReady() throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                process.destroyForcibly();
                throw new IllegalStateException("the service did not become ready: " + log());
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** Whether its readiness is 200. */
    public boolean isReady() throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(base.resolve("/actuator/health/readiness"))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** What it has logged. */
    public String log() throws IOException {
        return Files.readString(log);
    }

    /** A client with {@code key} that waits for nothing. */
    public JsonClient json(String key) {
        return new JsonClient(base.getPort(), key);
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

    /** Its number on this machine. */
    public long pid() {
        return process.pid();
    }

    /** Where it listens. */
    public int port() {
        return base.getPort();
    }

    /** Memory that it has of the machine, in bytes. */
    public long residentBytes() throws IOException {
        Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", String.valueOf(process.pid())).start();
        return 1024 * Long.parseLong(new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
    }

    /** Asks it to end, as {@code kill} does: SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** Waits for its end, at most for {@code limit}; gives its exit status. */
    public int awaitEnd(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the process still runs after " + limit);
        }
        return process.exitValue();
    }

    /** Heap that is reachable, in bytes: what is left after a collection. */
    public long liveBytes() throws IOException {
        String histogram = jcmd("GC.class_histogram"); // collects first
        String total = histogram.strip().lines().reduce("", (before, line) -> line);
        return Long.parseLong(total.strip().split(" +", -1)[2]);
    }

    private String jcmd(String command) throws IOException {
        Path program = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process jcmd = new ProcessBuilder(program.toString(), String.valueOf(process.pid()), command).start();
        return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Ends it as {@code kill -9} does; it gets no chance to finish anything. */
    public void kill() {
        killed = true;
        process.destroyForcibly();
    }

    /** Whether {@link #kill} has been called. */
    public boolean isKilled() {
        return killed;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        http.close();
    }
}
