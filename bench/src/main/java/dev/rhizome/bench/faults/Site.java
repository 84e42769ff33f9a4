package dev.rhizome.bench.faults;

import dev.rhizome.bench.service.Readiness;
import dev.rhizome.bench.service.ServiceProcess;
import dev.rhizome.client.RhizomeClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A service, its PostgreSQL, and the proxy between them. */
public final class Site implements AutoCloseable {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final PrivatePostgres postgres;
    private final FaultProxy proxy;
    private final ServiceProcess.Place place;
    private final RhizomeClient client;
    private final AtomicBoolean closed = new AtomicBoolean();
    private ServiceProcess service;

    private Site(PrivatePostgres postgres, FaultProxy proxy, ServiceProcess.Place place) {
        this.postgres = postgres;
        this.proxy = proxy;
        this.place = place;
        this.service = ServiceProcess.start(place);
        this.client = RhizomeClient.of(service.url()).withRetries(0);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(this::closeQuietly)); // where somebody ends the run before its end
    }

    /** Starts all three; the database has {@code megabytes}. */
    public static Site open(int megabytes) throws IOException {
        PrivatePostgres postgres = PrivatePostgres.start(megabytes);
        FaultProxy proxy = new FaultProxy(postgres.port());
        Map<String, String> variables = new HashMap<>(postgres.variables());
        variables.put("DB_PORT", String.valueOf(proxy.port()));
        variables.put(
                "RHIZOME_HOME", Files.createTempDirectory("rhizome-faults-keys").toString());
        try {
            return new Site(postgres, proxy, ServiceProcess.Place.of(variables));
        } catch (RuntimeException e) {
            proxy.close();
            postgres.close();
            throw e;
        }
    }

    PrivatePostgres postgres() {
        return postgres;
    }

    FaultProxy proxy() {
        return proxy;
    }

    ServiceProcess service() {
        return service;
    }

    /** A client of the service without a key, which sends nothing again by itself. */
    RhizomeClient client() {
        return client;
    }

    RhizomeClient operator() {
        return client.withKey(place.operatorKey());
    }

    /** Ends the service as {@code kill -9} does, and starts it as it was. */
    void killService() {
        service.kill();
        service = ServiceProcess.start(place);
    }

    /** How long it takes until the service says that it is ready, {@code limit} at most. */
    Duration untilReady(Duration limit) {
        return until(limit, () -> Readiness.of(client));
    }

    /** How long it takes until {@code fact} is true, little more than {@code limit} at most. */
    static Duration until(Duration limit, BooleanSupplier fact) {
        long began = System.nanoTime();
        while (!fact.getAsBoolean() && System.nanoTime() - began < limit.toNanos()) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends all three; a second time it does nothing. */
    @Override
    public void close() throws IOException {
        if (closed.getAndSet(true)) {
            return;
        }
        client.close();
        service.close();
        proxy.close();
        postgres.close();
    }
}
