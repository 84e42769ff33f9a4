package dev.rhizome.bench;

import dev.rhizome.bench.service.Blocking;
import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.bench.wordnet.WordNet;
import dev.rhizome.client.Request;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import me.tongfei.progressbar.ProgressBar;
import tools.jackson.databind.JsonNode;

/** Searches and walks in a loaded tenant, kind by kind, by one client and by several. */
final class SearchRun {

    /**
     * How much is done.
     *
     * @param queries of each measurement
     * @param clients at once, a measurement each
     * @param warmUp requests of each kind that do not count
     * @param parameters of every search
     */
    record Plan(int queries, List<Integer> clients, int warmUp, Map<String, Object> parameters) {

        /** How many texts there have to be that no search has had yet. */
        int freshTexts() {
            return SearchKind.values().length * (warmUp + clients.size() * queries);
        }

        private int requests() {
            int kinds = SearchKind.values().length;
            return (kinds + 1) * warmUp + (2 * kinds + 1) * clients.size() * queries;
        }
    }

    /**
     * One measurement.
     *
     * @param what was asked
     * @param text {@code fresh}, {@code repeated}, or empty for walks
     * @param clients at once
     * @param results of an answer, in the mean: hits and relatives, or entities reached
     * @param latencies of the requests
     */
    record Figures(String what, String text, int clients, double results, Latencies latencies) {}

    private static final String WALK = "walk, 3 hops";

    private final Session session;
    private final Session.Scratch tenant;
    private final Plan plan;
    private final List<String> ids = new ArrayList<>();
    private final List<Figures> figures = new ArrayList<>();

    SearchRun(Session session, Session.Scratch tenant, WordNet loaded, Plan plan) {
        this.session = session;
        this.tenant = tenant;
        this.plan = plan;
        loaded.entities().forEachRemaining(synset -> ids.add(synset.id()));
    }

    /** Warms up, then measures each kind, with texts of {@code glosses}. */
    void measure(Glosses glosses) {
        int most = plan.clients().stream().mapToInt(Integer::intValue).max().orElse(1);
        Random random = new Random(session.seed());
        if (ids.size() >= IndexWait.INDEXED_FROM) {
            JsonNode unused = Blocking.get(IndexWait.indexed(tenant.client(), "something"));
        }
        try (ProgressBar bar = BulkLoad.progress("requests", plan.requests())) {
            for (SearchKind kind : SearchKind.values()) {
                searches(kind, glosses.take(plan.warmUp()), bar).run(most, plan.warmUp());
            }
            walks(starts(plan.warmUp(), random), bar).run(most, plan.warmUp());
            for (int clients : plan.clients()) {
                for (SearchKind kind : SearchKind.values()) {
                    Load<Integer> searches = searches(kind, glosses.take(plan.queries()), bar);
                    add(kind.label(), "fresh", clients, searches.run(clients, plan.queries()));
                    add(kind.label(), "repeated", clients, searches.run(clients, plan.queries()));
                }
                Load<Integer> walks = walks(starts(plan.queries(), random), bar);
                add(WALK, "", clients, walks.run(clients, plan.queries()));
            }
        }
    }

    private void add(String what, String text, int clients, Load.Sample<Integer> sample) {
        double results =
                sample.replies().stream().mapToInt(Load.Reply::kept).average().orElse(0);
        figures.add(new Figures(what, text, clients, results, sample.latencies()));
    }

    private static int results(JsonNode answer) {
        return answer.path("hits").size()
                + answer.path("related").size()
                + answer.path("nodes").size();
    }

    private Load<Integer> searches(SearchKind kind, List<String> texts, ProgressBar bar) {
        return new Load<>(number -> search(kind, texts.get(number)), SearchRun::results, bar);
    }

    private Load.Call search(SearchKind kind, String text) {
        return new Load.Call(tenant.client(), Request.post("/v1/search", kind.search(text, plan.parameters())));
    }

    private List<String> starts(int count, Random random) {
        return random.ints(count, 0, ids.size()).mapToObj(ids::get).toList();
    }

    private Load<Integer> walks(List<String> starts, ProgressBar bar) {
        return new Load<>(number -> walk(starts.get(number)), SearchRun::results, bar);
    }

    private Load.Call walk(String start) {
        String from = URLEncoder.encode(start, StandardCharsets.UTF_8);
        return new Load.Call(tenant.client(), Request.get("/v1/graph/traverse?hops=3&from=" + from));
    }

    void print() {
        Table table = new Table("", "text", "clients", "P50 ms", "P95 ms", "P99 ms", "requests/s", "results");
        for (Figures each : figures) {
            table.row(
                    each.what(),
                    each.text(),
                    String.valueOf(each.clients()),
                    Table.decimals(2, each.latencies().p50Ms()),
                    Table.decimals(2, each.latencies().p95Ms()),
                    Table.decimals(2, each.latencies().p99Ms()),
                    Table.decimals(0, each.latencies().perSecond()),
                    Table.decimals(1, each.results()));
        }
        table.print(session.out());
    }

    List<Figures> figures() {
        return List.copyOf(figures);
    }
}
