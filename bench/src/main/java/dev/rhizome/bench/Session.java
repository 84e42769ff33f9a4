package dev.rhizome.bench;

import dev.rhizome.bench.service.Blocking;
import dev.rhizome.bench.service.ServiceDatabase;
import dev.rhizome.bench.service.ServiceProcess;
import dev.rhizome.client.Request;
import dev.rhizome.client.RhizomeClient;
import dev.rhizome.client.Role;
import dev.rhizome.client.Tenant;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * One run of a benchmark: the service that it measures, the tenants that it makes there, and where its figures go.
 *
 * <p>Closing deletes the tenants, unless they are to be kept; a run that is interrupted closes too.
 */
final class Session implements AutoCloseable {

    /**
     * A tenant of this run.
     *
     * @param id of the tenant
     * @param slug of the tenant
     * @param client with a writer's key of it
     */
    record Scratch(String id, String slug, RhizomeClient client) {}

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(10);

    private final BenchOptions options;
    private final PrintWriter out;
    private final @Nullable ServiceProcess local;
    private final @Nullable ServiceDatabase database;
    private final RhizomeClient operator;
    private final Machine machine;
    private final @Nullable Path json;
    private final String run =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    private final List<Scratch> tenants = new ArrayList<>();
    private final Thread atExit = new Thread(this::end, "bench-exit");
    private boolean ended;

    private Session(BenchOptions options, @Nullable ServiceProcess local, PrintWriter out) {
        URI given = options.url();
        this.options = options;
        this.out = out;
        this.local = local;
        this.json = options.json();
        URI url = local == null ? Objects.requireNonNull(given) : local.url();
        this.operator = RhizomeClient.of(url)
                .withKey(local == null ? options.key() : local.operatorKey())
                .withLongestSilence(LONGEST_SILENCE)
                .withRetries(0);
        this.database = local == null ? null : new ServiceDatabase(System.getenv());
        this.machine = Machine.of(database, url.toString());
    }

    /** A run on the service that {@code options} name, else on one that is started for it. */
    static Session open(BenchOptions options, PrintWriter out) {
        return open(options, out, Map.of());
    }

    /** As {@link #open(BenchOptions, PrintWriter)}; a service that is started gets {@code variables}, too. */
    static Session open(BenchOptions options, PrintWriter out, Map<String, String> variables) {
        Path checked = options.json();
        ServiceProcess local = options.url() == null ? ServiceProcess.start(variables) : null;
        Session session = new Session(options, local, out);
        Runtime.getRuntime().addShutdownHook(session.atExit);
        session.say(session.machine.inWords() + (checked == null ? "" : "; figures to " + checked));
        return session;
    }

    /** A new tenant, whose slug ends with {@code name}. */
    synchronized Scratch newTenant(String name) {
        String slug = "bench-" + run + "-" + name;
        Tenant created = Blocking.get(operator.tenants().create(slug, slug));
        return adopt(created.id(), slug);
    }

    /** A tenant that was made otherwise, which belongs to this run from now on. */
    synchronized Scratch adopt(String id, String slug) {
        String key = Blocking.get(operator.tenants().issueKey(id, Role.WRITER, "bench"))
                .key();
        Scratch tenant = new Scratch(id, slug, operator.withKey(key));
        tenants.add(tenant);
        return tenant;
    }

    /** A client with another key of {@code tenant}. */
    RhizomeClient clientOf(Scratch tenant, Role role) {
        return operator.withKey(Blocking.get(operator.tenants().issueKey(tenant.id(), role, "bench"))
                .key());
    }

    /** Changes {@code fields} of {@code tenant} as the operator. */
    void change(Scratch tenant, Map<String, Object> fields) {
        byte[] unused = Blocking.get(operator.send(Request.patch("/v1/tenants/" + tenant.id(), fields)));
    }

    /** The run deletes it no more, since it is gone. */
    synchronized void forget(Scratch tenant) {
        tenants.remove(tenant);
    }

    /** The database of the service that was started for this run, null where the service is elsewhere. */
    @Nullable
    ServiceDatabase database() {
        return database;
    }

    /** Resident memory in MB of the service that was started for this run, the most so far; 0 where it is not known. */
    long peakMemoryMb() {
        return local == null ? 0 : local.peakMemoryMb();
    }

    /** Where the service listens. */
    URI url() {
        return local == null ? Objects.requireNonNull(options.url()) : local.url();
    }

    /** The operator's key. */
    String operatorKey() {
        return local == null ? options.key() : local.operatorKey();
    }

    long seed() {
        return options.seed();
    }

    PrintWriter out() {
        return out;
    }

    /** Prints a line. */
    void say(String line) {
        out.println(line);
        out.flush();
    }

    /** Writes the figures of {@code benchmark} to the file that was asked for, if one was. */
    void report(String benchmark, Map<String, ?> settings, Object figures) {
        if (json == null) {
            return;
        }
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("benchmark", benchmark);
        report.put("at", Instant.now().toString());
        report.put("machine", machine);
        report.put("settings", settings);
        report.put("figures", figures);
        JSON.writeValue(json, report);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            waitForTheProcessToEnd();
        }
        end();
    }

    /** It was asked to end: atExit cleans up, and what fails here because of that is nobody's concern. */
    private static void waitForTheProcessToEnd() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void end() {
        if (ended) {
            return;
        }
        ended = true;
        if (options.keep()) {
            tenants.forEach(tenant -> say("kept: tenant " + tenant.slug() + ", " + tenant.id()));
        } else {
            tenants.forEach(this::delete);
        }
        operator.close();
        if (local != null) {
            local.close();
        }
    }

    private void delete(Scratch tenant) {
        try {
            Blocking.await(operator.tenants().delete(tenant.id()));
        } catch (RuntimeException e) {
            say("warning: tenant " + tenant.slug() + ", " + tenant.id() + ", is still there: " + e.getMessage());
        }
    }
}
