package dev.rhizome.bench;

import dev.rhizome.bench.service.Blocking;
import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.client.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** Tenants of very different size in one table, and the searches of each. */
final class TenantsRun {

    static final int K = 10;

    /** What part of the rows each tenant has; the last has what the others leave. */
    private static final double[] SHARES = {0.0001, 0.001, 0.01, 0.1};

    private static final String PREFIX = "row-";
    private static final long QUERIES_SEED = 1_000;
    private static final long WARM_UP_SEED = 2_000;
    private static final long SMALL_SEED = 3_000;
    private static final int SMALL_ROWS = 100;

    /**
     * How much is done.
     *
     * @param rows of all tenants
     * @param queries to each tenant
     * @param warmUp searches of each tenant that do not count
     * @param clients that search at once at the end
     * @param small tenants of 100 rows that are made besides, and searched in turns
     * @param parameters of every search
     */
    record Plan(int rows, int queries, int warmUp, int clients, int small, Map<String, Object> parameters) {}

    /** A tenant with its rows, its queries, the searches for them, and their true answers. */
    private record Member(
            Session.Scratch tenant,
            int number,
            int rows,
            List<float[]> queries,
            List<Request> searches,
            ExactScan truth) {}

    /** What is kept of an answer: the plan of the vector leg, and the rows in their order. */
    private record Found(String plan, List<Integer> rows) {}

    /**
     * What one tenant's searches gave.
     *
     * @param rows that the tenant has
     * @param latencies of the searches
     * @param recall the part of the true nearest neighbours that was found
     * @param returned rows that came
     * @param asked rows that should have come: k, or all that the tenant has
     * @param plans of the vector leg, as the answers tell them
     */
    record Figures(int rows, Latencies latencies, double recall, long returned, long asked, Set<String> plans) {}

    private final Session session;
    private final Clusters clusters;
    private final Plan plan;
    private final List<Member> members = new ArrayList<>();

    TenantsRun(Session session, Clusters clusters, Plan plan) {
        this.session = session;
        this.clusters = clusters;
        this.plan = plan;
    }

    /** Loads the tenants and searches them; gives and prints the figures. */
    Map<String, Object> measure() {
        Map<String, Object> figures = new LinkedHashMap<>();
        int small = SHARES.length - 1;
        for (int number = 0; number < small; number++) {
            load(number);
        }
        figures.put("beforeTheLarge", oneByOne("before the large ones are there", 1));
        for (int number = small; number <= SHARES.length; number++) {
            load(number);
        }
        figures.put("secondsToIndexes", awaitIndexes());
        figures.put("tenantByTenant", oneByOne("one tenant after the other", 1));
        figures.put("inTurns", inTurns());
        figures.put("byManyClients", oneByOne(plan.clients() + " clients at once", plan.clients()));
        if (plan.small() > 0) {
            figures.put("smallTenants", smallTenants());
        }
        return figures;
    }

    /** Makes many small tenants, and searches them in turns; each has a profile of its own that must be known. */
    private Map<String, Latencies> smallTenants() {
        List<Session.Scratch> tenants = new ArrayList<>();
        try (ProgressBar bar = BulkLoad.progress("small tenants", (long) plan.small() * SMALL_ROWS)) {
            for (int number = 0; number < plan.small(); number++) {
                Session.Scratch tenant = session.newTenant("small-" + number);
                long seed = seed(SMALL_SEED, number);
                Blocking.await(BulkLoad.totals(
                                tenant.client(), "/v1/entities", () -> entities(clusters, seed, SMALL_ROWS), bar)
                        .then());
                tenants.add(tenant);
            }
        }
        List<Request> searches = members.getLast().searches();
        Map<String, Latencies> measured = new LinkedHashMap<>();
        Table table =
                new Table(plan.small() + " tenants of 100 rows in turns", "P50 ms", "P95 ms", "P99 ms", "a second");
        for (int clients : new TreeSet<>(List.of(1, plan.clients()))) {
            int count = Math.max(plan.queries(), 4 * plan.small());
            try (ProgressBar bar = BulkLoad.progress("searches", 2L * count)) {
                Load<Boolean> load = Load.discarding(
                        number -> new Load.Call(
                                tenants.get(number % tenants.size()).client(), searches.get(number % searches.size())),
                        bar);
                load.run(clients, count);
                Latencies latencies = load.run(clients, count).latencies();
                measured.put("clients " + clients, latencies);
                table.row(
                        clients == 1 ? "1 client" : clients + " clients",
                        Table.decimals(2, latencies.p50Ms()),
                        Table.decimals(2, latencies.p95Ms()),
                        Table.decimals(2, latencies.p99Ms()),
                        "%,.0f".formatted(latencies.perSecond()));
            }
        }
        table.print(session.out());
        return measured;
    }

    /** Makes the tenant of that number, loads its rows, and compares its queries with each of them. */
    private void load(int number) {
        int others = Arrays.stream(SHARES).mapToInt(this::rows).sum();
        int rows = number == SHARES.length ? plan.rows() - others : rows(SHARES[number]);
        List<float[]> queries = new ArrayList<>();
        clusters.vectors(seed(QUERIES_SEED, number), plan.queries()).forEachRemaining(queries::add);
        Member member = new Member(
                session.newTenant("tenant-" + (number + 1)),
                number,
                rows,
                queries,
                queries.stream().map(this::search).toList(),
                new ExactScan(queries, K));
        new BulkLoad(member.tenant().client(), session.out())
                .load("rows", "/v1/entities", () -> entities(member), rows)
                .complete();
        try (ProgressBar bar = BulkLoad.progress("exact scan", rows)) {
            vectors(member).forEachRemaining(vector -> {
                member.truth().next(vector);
                bar.step();
            });
        }
        members.add(member);
    }

    private int rows(double share) {
        return (int) Math.max(1, Math.round(plan.rows() * share));
    }

    /** Waits until whoever is large enough for an index has one; gives the seconds. */
    private double awaitIndexes() {
        long began = System.nanoTime();
        List<JsonNode> legs = Blocking.get(Flux.fromIterable(members)
                .filter(member -> member.rows() >= IndexWait.INDEXED_FROM)
                .concatMap(member -> IndexWait.indexed(
                        member.tenant().client(), member.queries().getFirst(), K))
                .collectList());
        double seconds = (System.nanoTime() - began) / 1e9;
        session.out().printf(Locale.ROOT, "%d indexes were there %.1f s after the load%n", legs.size(), seconds);
        return seconds;
    }

    private Iterator<Map<String, Object>> entities(Member member) {
        return entities(clusters, seed(0, member.number()), member.rows());
    }

    /** The first {@code rows} entities with the vectors of {@code seed}. */
    static Iterator<Map<String, Object>> entities(Clusters clusters, long seed, int rows) {
        Iterator<float[]> vectors = clusters.vectors(seed, rows);
        return IntStream.range(0, rows)
                .mapToObj(row -> Map.<String, Object>of(
                        "id", PREFIX + row, "type", "ROW", "name", "row " + row, "embedding", vectors.next()))
                .iterator();
    }

    private Iterator<float[]> vectors(Member member) {
        return clusters.vectors(seed(0, member.number()), member.rows());
    }

    private long seed(long kind, int number) {
        return session.seed() * 10_000 + kind + number + 1;
    }

    /** Searches tenant by tenant, each warmed up first, by so many clients at once; prints the figures. */
    private Map<String, Figures> oneByOne(String how, int clients) {
        List<Figures> figures = new ArrayList<>();
        long searches = members.size() * (plan.warmUp() + (long) plan.queries());
        try (ProgressBar bar = BulkLoad.progress("searches", searches)) {
            for (Member member : members) {
                warmUp(member, bar);
                Load<Found> load = new Load<>(query -> call(member, query), TenantsRun::found, bar);
                Load.Sample<Found> sample = load.run(clients, plan.queries());
                figures.add(figures(member, sample.replies(), sample.wallNanos()));
            }
        }
        return printed(how, figures);
    }

    private void warmUp(Member member, ProgressBar bar) {
        Iterator<float[]> vectors = clusters.vectors(seed(WARM_UP_SEED, member.number()), plan.warmUp());
        Load.discarding(number -> new Load.Call(member.tenant().client(), search(vectors.next())), bar)
                .run(1, plan.warmUp());
    }

    private static Load.Call call(Member member, int query) {
        return new Load.Call(member.tenant().client(), member.searches().get(query));
    }

    /** Made before it is measured, since writing 384 numbers as text costs about as much as a search. */
    private Request search(float[] vector) {
        Map<String, Object> search = new HashMap<>(plan.parameters());
        search.put("embedding", vector);
        search.put("limit", K);
        search.put("legs", List.of("vector"));
        return Request.post("/v1/search", search);
    }

    private Map<String, Figures> inTurns() {
        int turns = members.size();
        List<Load.Reply<Found>> replies;
        try (ProgressBar bar = BulkLoad.progress("searches", (long) plan.queries() * turns)) {
            Load<Found> load =
                    new Load<>(number -> call(members.get(number % turns), number / turns), TenantsRun::found, bar);
            replies = load.run(1, plan.queries() * turns).replies();
        }
        List<Figures> figures = new ArrayList<>();
        for (Member member : members) {
            List<Load.Reply<Found>> own = replies.stream()
                    .filter(reply -> reply.number() % turns == member.number())
                    .toList();
            // One client makes the searches one after another, so their sum is the time that all took.
            figures.add(figures(
                    member, own, own.stream().mapToLong(Load.Reply::nanos).sum()));
        }
        return printed("the tenants taking turns", figures);
    }

    private static Found found(JsonNode answer) {
        List<Integer> rows = answer.path("hits")
                .valueStream()
                .map(hit -> Integer.valueOf(hit.path("id").asString().substring(PREFIX.length())))
                .toList();
        return new Found(answer.at("/done/legs/vector/plan").asString("none"), rows);
    }

    private static Figures figures(Member member, List<Load.Reply<Found>> replies, long wallNanos) {
        long returned = 0;
        long right = 0;
        Set<String> plans = new TreeSet<>();
        for (int query = 0; query < replies.size(); query++) {
            Found found = replies.get(query).kept();
            Set<Integer> nearest = member.truth().nearest(query);
            plans.add(found.plan());
            returned += found.rows().size();
            right += found.rows().stream().filter(nearest::contains).count();
        }
        long asked = (long) Math.min(K, member.rows()) * replies.size();
        long[] nanos = replies.stream().mapToLong(Load.Reply::nanos).toArray();
        Latencies latencies = Latencies.of(nanos, wallNanos);
        return new Figures(member.rows(), latencies, (double) right / asked, returned, asked, plans);
    }

    private Map<String, Figures> printed(String how, List<Figures> figures) {
        Map<String, Figures> named = new LinkedHashMap<>();
        Table table = new Table(
                how, "rows", "P50 ms", "P95 ms", "P99 ms", "a second", "recall@10", "returned of asked", "plan");
        for (Member member : members) {
            Figures each = figures.get(member.number());
            named.put(share(member), each);
            table.row(
                    share(member),
                    "%,d".formatted(each.rows()),
                    Table.decimals(2, each.latencies().p50Ms()),
                    Table.decimals(2, each.latencies().p95Ms()),
                    Table.decimals(2, each.latencies().p99Ms()),
                    "%,.0f".formatted(each.latencies().perSecond()),
                    Table.decimals(3, each.recall()),
                    "%,d of %,d".formatted(each.returned(), each.asked()),
                    String.join(", ", each.plans()));
        }
        table.print(session.out());
        return named;
    }

    private static String share(Member member) {
        return member.number() == SHARES.length
                ? "the rest"
                : Table.decimals(2, SHARES[member.number()] * 100).replaceFirst("\\.?0+$", "") + " %";
    }
}
