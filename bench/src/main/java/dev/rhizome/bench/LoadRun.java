package dev.rhizome.bench;

import dev.rhizome.bench.service.Blocking;
import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.bench.service.Pgbench;
import dev.rhizome.bench.service.ServiceDatabase;
import dev.rhizome.client.Request;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** One large tenant's vector searches: by PostgreSQL alone, by streams of the service, and at rates that others set. */
final class LoadRun {

    private static final int K = 10;
    private static final int QUERIES = 500;
    /** Scripts of pgbench, each with a query of its own in it; a connection prepares each of them. */
    private static final int SCRIPTS = 40;

    private static final int WARM_UP_CLIENTS = 8;
    /** Rounds of a warm-up at most, beside one for each second of a turn. */
    private static final int ROUNDS = 2;

    private static final double STILL_FASTER = 1.05;
    private static final Set<Integer> BY_POSTGRESQL = new TreeSet<>(List.of(1, 8));
    private static final double[] RATES = {0.25, 0.5, 0.75, 0.9};

    /**
     * How much is done.
     *
     * @param rows of the tenant
     * @param clients that search at once, in one turn after the other
     * @param seconds that a turn takes
     */
    record Plan(int rows, List<Integer> clients, int seconds) {}

    /**
     * What a closed loop of streams came to.
     *
     * @param clients each of which has one stream open at any time
     * @param latencies from sending to the last line
     * @param failed streams that were refused or broke
     * @param memoryMb most that the service had resident so far, 0 where that is not known
     */
    record Streams(int clients, Latencies latencies, long failed, long memoryMb) {}

    private final Session session;
    private final Plan plan;
    private final Clusters clusters;
    private final List<float[]> queries = new ArrayList<>();
    /** Made beforehand, since writing 384 numbers as text costs about as much as a search. */
    private final List<Request> searches;

    private final Session.Scratch tenant;

    LoadRun(Session session, Plan plan, int dimensions) {
        this.session = session;
        this.plan = plan;
        this.clusters = new Clusters(dimensions, session.seed());
        this.tenant = session.newTenant("load");
        clusters.vectors(session.seed() + 1, QUERIES).forEachRemaining(queries::add);
        this.searches = queries.stream()
                .map(query ->
                        Request.post("/v1/search", Map.of("embedding", query, "limit", K, "legs", List.of("vector"))))
                .toList();
    }

    /** Loads, searches, prints and gives the figures. */
    Map<String, Object> measure() throws SQLException {
        new BulkLoad(tenant.client(), session.out())
                .load(
                        "rows",
                        "/v1/entities",
                        () -> TenantsRun.entities(clusters, session.seed(), plan.rows()),
                        plan.rows())
                .complete();
        JsonNode leg = plan.rows() < IndexWait.INDEXED_FROM ? null : indexed();
        Map<String, Object> figures = new LinkedHashMap<>();
        ServiceDatabase database = session.database();
        if (leg != null && database != null) {
            figures.put("pgbench", byPostgresql(database, leg.path("efSearch").asInt(K)));
        }
        warmUp();
        List<Streams> streams = plan.clients().stream().map(this::streams).toList();
        figures.put("streams", printedStreams(streams));
        double best = streams.stream()
                .mapToDouble(each -> each.latencies().perSecond())
                .max()
                .orElse(1);
        figures.put(
                "openLoop",
                printedRates(Arrays.stream(RATES)
                        .map(part -> part * best)
                        .mapToObj(rate -> OpenLoop.run(this::stream, rate, Duration.ofSeconds(plan.seconds())))
                        .toList()));
        return figures;
    }

    private JsonNode indexed() {
        return Blocking.get(IndexWait.indexed(tenant.client(), queries.getFirst(), K));
    }

    private Map<Integer, Latencies> byPostgresql(ServiceDatabase database, int ef) throws SQLException {
        LeanSearch lean = LeanSearch.of(database, tenant.id(), ef);
        List<String> scripts = queries.stream()
                .limit(SCRIPTS)
                .map(query -> lean.script(query, K))
                .toList();
        Pgbench pgbench = new Pgbench(database);
        Map<Integer, Latencies> measured = new LinkedHashMap<>();
        Table table = new Table("pgbench, the leanest SQL", "P50 ms", "P95 ms", "P99 ms", "a second");
        for (int clients : BY_POSTGRESQL) {
            long[] warmUp = pgbench.run(scripts, clients, Math.max(1, plan.seconds() / 2));
            long[] nanos = pgbench.run(scripts, clients, plan.seconds());
            long together = LongStream.of(nanos).sum() / clients;
            Latencies latencies = Latencies.of(nanos.length == 0 ? warmUp : nanos, Math.max(1, together));
            measured.put(clients, latencies);
            table.row(row(clients(clients), latencies));
        }
        table.print(session.out());
        return measured;
    }

    /** Until it is no longer getting faster: Java compiles what it runs often. */
    private void warmUp() {
        double before = 0;
        for (int round = 0; round < ROUNDS + plan.seconds(); round++) {
            long began = System.nanoTime();
            int count = closedLoop(
                            WARM_UP_CLIENTS, Duration.ofSeconds(plan.seconds()).dividedBy(2), new LongAdder())
                    .length;
            double rate = count * 1e9 / (System.nanoTime() - began);
            if (rate < STILL_FASTER * before) {
                return;
            }
            before = rate;
        }
    }

    private Streams streams(int clients) {
        LongAdder failed = new LongAdder();
        long began = System.nanoTime();
        long[] nanos = closedLoop(clients, Duration.ofSeconds(plan.seconds()), failed);
        Latencies latencies = Latencies.of(nanos, System.nanoTime() - began);
        return new Streams(clients, latencies, failed.sum(), session.peakMemoryMb());
    }

    private long[] closedLoop(int clients, Duration lasting, LongAdder failed) {
        long end = System.nanoTime() + lasting.toNanos();
        AtomicInteger number = new AtomicInteger();
        List<Long> nanos = Blocking.get(Flux.range(0, clients)
                .flatMap(
                        client -> Mono.defer(() -> timed(number.getAndIncrement(), failed))
                                .repeat(() -> System.nanoTime() < end),
                        clients)
                .collectList());
        if (nanos.isEmpty()) {
            throw new IllegalStateException("of " + failed.sum() + " streams none came to its end");
        }
        return nanos.stream().mapToLong(Long::longValue).toArray();
    }

    private Mono<Long> timed(int number, LongAdder failed) {
        long began = System.nanoTime();
        return stream(number)
                .map(events -> System.nanoTime() - began)
                .onErrorResume(error -> Mono.fromRunnable(failed::increment));
    }

    /** One search, read as it comes; gives the number of its lines. */
    private Mono<Long> stream(int number) {
        return tenant.client().lines(searches.get(number % QUERIES)).count();
    }

    private List<Streams> printedStreams(List<Streams> streams) {
        Table table = new Table(
                "streams open at once", "P50 ms", "P95 ms", "P99 ms", "a second", "failed", "most memory, MB");
        streams.forEach(each -> {
            List<String> cells = new ArrayList<>(List.of(row(clients(each.clients()), each.latencies())));
            cells.add(String.valueOf(each.failed()));
            cells.add(each.memoryMb() == 0 ? "-" : String.valueOf(each.memoryMb()));
            table.row(cells.toArray(String[]::new));
        });
        table.print(session.out());
        return streams;
    }

    private List<OpenLoop.Figures> printedRates(List<OpenLoop.Figures> rates) {
        Table table = new Table("searches due a second", "answered", "failed", "P50 ms", "P95 ms", "P99 ms");
        rates.forEach(each -> table.row(
                String.format(Locale.ROOT, "%,.0f", each.asked()),
                Table.decimals(0, each.answered()),
                String.valueOf(each.failed()),
                Table.decimals(2, each.p50Ms()),
                Table.decimals(2, each.p95Ms()),
                Table.decimals(2, each.p99Ms())));
        table.print(session.out());
        return rates;
    }

    private static String[] row(String name, Latencies latencies) {
        return new String[] {
            name,
            Table.decimals(2, latencies.p50Ms()),
            Table.decimals(2, latencies.p95Ms()),
            Table.decimals(2, latencies.p99Ms()),
            Table.decimals(0, latencies.perSecond())
        };
    }

    private static String clients(int count) {
        return count == 1 ? "1 client" : "%,d clients".formatted(count);
    }
}
