package dev.rhizome.bench;

import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.client.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import tools.jackson.databind.JsonNode;

/** Tenants of very different size in one table, and the searches of each. */
final class TenantsRun {

    static final int K = 10;

    /** What part of the rows each tenant has; the last has what the others leave. */
    private static final double[] SHARES = {0.0001, 0.001, 0.01, 0.1};

    private static final String PREFIX = "row-";
    private static final long QUERIES_SEED = 1_000;
    private static final long WARM_UP_SEED = 2_000;

    /**
     * How much is done.
     *
     * @param rows of all tenants
     * @param queries to each tenant
     * @param warmUp searches of each tenant that do not count
     * @param parameters of every search
     */
    record Plan(int rows, int queries, int warmUp, Map<String, Object> parameters) {}

    /** A tenant with its rows, its queries, and their true answers. */
    private record Member(Session.Scratch tenant, int number, int rows, List<float[]> queries, ExactScan truth) {}

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

    /** Makes the tenants and loads their rows, the smallest first. */
    void load() {
        int left = plan.rows();
        for (int number = 0; number <= SHARES.length; number++) {
            int rows = number == SHARES.length ? left : (int) Math.max(1, Math.round(plan.rows() * SHARES[number]));
            left -= rows;
            List<float[]> queries = new ArrayList<>();
            clusters.vectors(seed(QUERIES_SEED, number), plan.queries()).forEachRemaining(queries::add);
            Member member = new Member(
                    session.newTenant("tenant-" + (number + 1)), number, rows, queries, new ExactScan(queries, K));
            new BulkLoad(member.tenant().client(), session.out())
                    .load("rows", "/v1/entities", () -> entities(member), rows)
                    .complete();
            members.add(member);
        }
    }

    private Iterator<Map<String, Object>> entities(Member member) {
        Iterator<float[]> vectors = vectors(member);
        return IntStream.range(0, member.rows())
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

    /** Compares each tenant's queries with each of its rows. */
    void findTheTruth() {
        try (ProgressBar bar = BulkLoad.progress("exact scan", plan.rows())) {
            for (Member member : members) {
                vectors(member).forEachRemaining(vector -> {
                    member.truth().next(vector);
                    bar.step();
                });
            }
        }
    }

    /** Searches tenant by tenant, then again with the tenants taking turns; gives and prints the figures of both. */
    Map<String, Object> measure() {
        List<Figures> alone = new ArrayList<>();
        List<Figures> inTurns;
        long searches = members.size() * (plan.warmUp() + 2L * plan.queries());
        try (ProgressBar bar = BulkLoad.progress("searches", searches)) {
            members.forEach(member -> warmUp(member, bar));
            for (Member member : members) {
                Load<Found> load = new Load<>(query -> call(member, query), TenantsRun::found, bar);
                alone.add(figures(member, load.run(1, plan.queries()).replies()));
            }
            inTurns = inTurns(bar);
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("tenantByTenant", named(alone));
        figures.put("inTurns", named(inTurns));
        print("one tenant after the other", alone);
        print("the tenants taking turns", inTurns);
        return figures;
    }

    private void warmUp(Member member, ProgressBar bar) {
        Iterator<float[]> vectors = clusters.vectors(seed(WARM_UP_SEED, member.number()), plan.warmUp());
        Load.discarding(number -> call(member, vectors.next()), bar).run(1, plan.warmUp());
    }

    private Load.Call call(Member member, int query) {
        return call(member, member.queries().get(query));
    }

    private Load.Call call(Member member, float[] vector) {
        Map<String, Object> search = new HashMap<>(plan.parameters());
        search.put("embedding", vector);
        search.put("limit", K);
        search.put("legs", List.of("vector"));
        return new Load.Call(member.tenant().client(), Request.post("/v1/search", search));
    }

    private List<Figures> inTurns(ProgressBar bar) {
        int turns = members.size();
        Load<Found> load =
                new Load<>(number -> call(members.get(number % turns), number / turns), TenantsRun::found, bar);
        List<Load.Reply<Found>> replies = load.run(1, plan.queries() * turns).replies();
        List<Figures> figures = new ArrayList<>();
        for (Member member : members) {
            List<Load.Reply<Found>> own = replies.stream()
                    .filter(reply -> reply.number() % turns == member.number())
                    .toList();
            figures.add(figures(member, own));
        }
        return figures;
    }

    private static Found found(JsonNode answer) {
        List<Integer> rows = answer.path("hits")
                .valueStream()
                .map(hit -> Integer.valueOf(hit.path("id").asString().substring(PREFIX.length())))
                .toList();
        return new Found(answer.at("/done/legs/vector/plan").asString("none"), rows);
    }

    /** One client makes the searches one after another, so their sum is the time that all took. */
    private static Figures figures(Member member, List<Load.Reply<Found>> replies) {
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
        Latencies latencies = Latencies.of(nanos, Arrays.stream(nanos).sum());
        return new Figures(member.rows(), latencies, (double) right / asked, returned, asked, plans);
    }

    private Map<String, Figures> named(List<Figures> figures) {
        Map<String, Figures> named = new LinkedHashMap<>();
        for (Member member : members) {
            named.put(share(member), figures.get(member.number()));
        }
        return named;
    }

    private void print(String how, List<Figures> figures) {
        Table table = new Table(how, "rows", "P50 ms", "P95 ms", "P99 ms", "recall@10", "returned of asked", "plan");
        for (Member member : members) {
            Figures each = figures.get(member.number());
            table.row(
                    share(member),
                    "%,d".formatted(each.rows()),
                    Table.decimals(2, each.latencies().p50Ms()),
                    Table.decimals(2, each.latencies().p95Ms()),
                    Table.decimals(2, each.latencies().p99Ms()),
                    Table.decimals(3, each.recall()),
                    "%,d of %,d".formatted(each.returned(), each.asked()),
                    String.join(", ", each.plans()));
        }
        table.print(session.out());
    }

    private static String share(Member member) {
        return member.number() == SHARES.length
                ? "the rest"
                : Table.decimals(2, SHARES[member.number()] * 100).replaceFirst("\\.?0+$", "") + " %";
    }
}
