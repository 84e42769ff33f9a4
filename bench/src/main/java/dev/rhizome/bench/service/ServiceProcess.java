package dev.rhizome.bench.service;

import dev.rhizome.client.RhizomeClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The service in a process of its own, on a free port of the loopback address; whoever starts it closes it. */
public final class ServiceProcess implements AutoCloseable {

    /** The system property that names the program which becomes the service. */
    private static final String PROGRAM = "rhizome.service";

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(35);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Process process;
    private final Path log;
    private final URI url;
    private final String operatorKey;

    private ServiceProcess(Process process, Path log, URI url, String operatorKey) {
        this.process = process;
        this.log = log;
        this.url = url;
        this.operatorKey = operatorKey;
    }

    /**
     * Where a service listens and what it is told, so that one can come back as it was.
     *
     * @param port of the loopback address
     * @param operatorKey the operator's key
     * @param variables more of the environment, which win over this process's own
     */
    public record Place(int port, String operatorKey, Map<String, String> variables) {

        /** A free port and a new key. */
        public static Place of(Map<String, String> variables) {
            try {
                return new Place(freePort(), newKey(), Map.copyOf(variables));
            } catch (IOException e) {
                throw new UncheckedIOException("there is no free port", e);
            }
        }
    }

    /** Starts the service with more {@code variables} of the environment, and waits until it is ready. */
    public static ServiceProcess start(Map<String, String> variables) {
        return start(Place.of(variables));
    }

    /** Starts the service at {@code place} and waits until it is ready. */
    public static ServiceProcess start(Place place) {
        String program = System.getProperty(PROGRAM);
        if (program == null) {
            throw new IllegalArgumentException(
                    "--url: missing (expected: a running service, or bin/bench, which knows how to start one)");
        }
        try {
            Path log = Files.createTempFile("rhizome-service", ".log");
            ProcessBuilder builder = new ProcessBuilder(program, "serve")
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().putAll(place.variables());
            builder.environment().put("PORT", String.valueOf(place.port()));
            builder.environment().put("SERVER_ADDRESS", "127.0.0.1");
            builder.environment().put("RHIZOME_OPERATOR_KEY", place.operatorKey());
            URI url = URI.create("http://127.0.0.1:" + place.port());
            ServiceProcess service = new ServiceProcess(builder.start(), log, url, place.operatorKey());
            service.awaitReady();
            return service;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the service by " + program, e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static String newKey() {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        return "bench_" + HexFormat.of().formatHex(random);
    }

    private void awaitReady() {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        try (RhizomeClient client = RhizomeClient.of(url)) {
            while (!Readiness.of(client)) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    close();
                    throw new IllegalStateException("the service did not become ready; its log is " + log);
                }
                LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            }
        }
    }

    /** Where it listens. */
    public URI url() {
        return url;
    }

    /** The operator's key. */
    public String operatorKey() {
        return operatorKey;
    }

    /** Resident memory in MB, the most so far; 0 where the system does not tell. */
    public long peakMemoryMb() {
        return status("VmHWM:") >> 10;
    }

    /** Resident memory in MB now; 0 where the system does not tell. */
    public long memoryMb() {
        return status("VmRSS:") >> 10;
    }

    /** Threads that it has now; 0 where the system does not tell. */
    public long threads() {
        return status("Threads:");
    }

    /** Files and connections that it has open now; 0 where the system does not tell. */
    public long openFiles() {
        try (Stream<Path> files = Files.list(Path.of("/proc", String.valueOf(process.pid()), "fd"))) {
            return files.count();
        } catch (IOException e) {
            return 0;
        }
    }

    private long status(String field) {
        try (Stream<String> status = Files.lines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
            return status.filter(line -> line.startsWith(field))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Where it writes its log. */
    public Path log() {
        return log;
    }

    /** Ends it as {@code kill -9} does; it gets no chance to finish anything. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
