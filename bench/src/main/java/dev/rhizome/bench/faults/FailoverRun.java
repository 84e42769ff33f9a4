package dev.rhizome.bench.faults;

import dev.rhizome.bench.service.ServiceProcess;
import dev.rhizome.client.RhizomeClient;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** The primary of three servers is killed while a service on them is in use. */
public final class FailoverRun {

    private static final Duration LONGEST = Duration.ofMinutes(2);

    /** Who decides which server leads. */
    public enum Leader {
        /** Patroni with etcd where both are installed, otherwise this program. */
        ANY,
        PATRONI,
        HAND
    }

    /**
     * How much.
     *
     * @param leader who decides which server leads
     * @param beforeAndAfter how long the load goes on before the kill and after the first write behind it
     * @param tenants with clients of their own
     * @param maxLag RHIZOME_MAX_REPLICA_LAG; empty for no reads at standbys
     */
    public record Plan(Leader leader, Duration beforeAndAfter, int tenants, String maxLag) {}

    /**
     * What was seen.
     *
     * @param leader who led, in words
     * @param untilPrimaryMs from the kill until there was another primary
     * @param untilWrittenMs from the kill until a write was acknowledged that was sent again or for the first time after it
     * @param acknowledged writes in all
     * @param resent writes that were sent again
     * @param refused requests that were told to come again later
     * @param broken requests without an answer
     * @param reads that were answered
     * @param lost acknowledged writes that are not there
     * @param doubled writes that are there more than once
     * @param wrong all that should not be, those included
     */
    public record Figures(
            String leader,
            long untilPrimaryMs,
            long untilWrittenMs,
            long acknowledged,
            long resent,
            long refused,
            long broken,
            long reads,
            int lost,
            int doubled,
            List<String> wrong) {}

    private final Plan plan;
    private final Consumer<String> told;

    /** Tells what happens to {@code told}. */
    public FailoverRun(Plan plan, Consumer<String> told) {
        this.plan = plan;
        this.told = told;
    }

    /** Runs it on servers of its own. */
    public Figures run() throws IOException {
        try (Cluster cluster = cluster()) {
            told.accept("three servers run, " + cluster.leader());
            Map<String, String> variables = new HashMap<>(cluster.variables());
            variables.put(
                    "RHIZOME_HOME",
                    Files.createTempDirectory("rhizome-failover-keys").toString());
            variables.put("RHIZOME_MAX_REPLICA_LAG", plan.maxLag());
            ServiceProcess.Place place = ServiceProcess.Place.of(variables);
            try (ServiceProcess service = ServiceProcess.start(place);
                    RhizomeClient client = RhizomeClient.of(service.url()).withRetries(0)) {
                return load(cluster, client, client.withKey(place.operatorKey()));
            }
        }
    }

    private Cluster cluster() {
        boolean isPatroni =
                plan.leader() == Leader.PATRONI || (plan.leader() == Leader.ANY && PatroniLed.isInstalled());
        return isPatroni ? new PatroniLed() : new HandLed();
    }

    private Figures load(Cluster cluster, RhizomeClient client, RhizomeClient operator) {
        try (FaultLoad load = new FaultLoad(client, operator, plan.tenants())) {
            load.resume();
            LockSupport.parkNanos(plan.beforeAndAfter().toNanos());
            long[] before = load.counts();
            told.accept("the primary is killed; so far " + before[0] + " reads answered, " + before[1]
                    + " requests refused");
            long killed = System.nanoTime();
            cluster.killPrimary();
            cluster.awaitPrimary();
            long promoted = System.nanoTime();
            Duration unused = Site.until(LONGEST, () -> load.lastAcknowledged() > promoted);
            long written = load.lastAcknowledged();
            told.accept("the service writes again");
            LockSupport.parkNanos(plan.beforeAndAfter().toNanos());
            load.pause();
            return figures(cluster, load, millis(promoted - killed), millis(written - killed));
        }
    }

    private Figures figures(Cluster cluster, FaultLoad load, long untilPrimary, long untilWritten) {
        Journal.Difference difference = load.journal().compare(cluster::sql);
        List<String> wrong = new ArrayList<>(load.unexpected());
        if (!difference.isNone()) {
            wrong.add(difference.toString());
        }
        long[] counts = load.counts();
        return new Figures(
                cluster.leader(),
                untilPrimary,
                untilWritten,
                difference.acknowledged(),
                difference.resent(),
                counts[1],
                counts[2],
                counts[0],
                difference.lost().size(),
                difference.doubled().size(),
                List.copyOf(wrong));
    }

    private static long millis(long nanos) {
        return nanos / 1_000_000;
    }
}
