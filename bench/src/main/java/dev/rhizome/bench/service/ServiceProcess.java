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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The service in a process of its own, on a free port of the loopback address; whoever starts it closes it. */
public final class ServiceProcess implements AutoCloseable {

    /** The system property that names the program which becomes the service. */
    private static final String PROGRAM = "rhizome.service";

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
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

    /** Starts the service and waits until it is ready. */
    public static ServiceProcess start() {
        String program = System.getProperty(PROGRAM);
        if (program == null) {
            throw new IllegalArgumentException(
                    "--url: missing (expected: a running service, or bin/bench, which knows how to start one)");
        }
        try {
            int port = freePort();
            String key = newKey();
            Path log = Files.createTempFile("rhizome-service", ".log");
            ProcessBuilder builder = new ProcessBuilder(program, "serve")
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().put("PORT", String.valueOf(port));
            builder.environment().put("SERVER_ADDRESS", "127.0.0.1");
            builder.environment().put("RHIZOME_OPERATOR_KEY", key);
            URI url = URI.create("http://127.0.0.1:" + port);
            ServiceProcess service = new ServiceProcess(builder.start(), log, url, key);
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
        try (Stream<String> status = Files.lines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
            return status.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
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
