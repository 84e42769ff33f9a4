package dev.rhizome.bench;

import dev.rhizome.bench.service.Blocking;
import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.bench.wordnet.WordNet;
import dev.rhizome.bench.wordnet.WordNetImport;
import dev.rhizome.client.Request;
import dev.rhizome.client.RhizomeClient;
import dev.rhizome.client.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A tenant that searches its own things, and those of others by several kinds of grants. */
final class SharingRun {

    private static final Map<String, Map<String, Object>> GRANTS = grants();

    private final Session session;
    private final WordNet loaded;

    SharingRun(Session session, WordNet loaded) {
        this.session = session;
        this.loaded = loaded;
    }

    /**
     * One way to search.
     *
     * @param tenants whose things
     * @param text {@code fresh} or {@code repeated}
     * @param latencies of the requests
     * @param ratio P95 in parts of that of the own things
     * @param shared hits of others, in the mean
     */
    record Figures(String tenants, String text, Latencies latencies, double ratio, double shared) {}

    private record Way(String name, List<String> tenants) {}

    private record Answer(long nanos, long shared) {}

    private static Map<String, Map<String, Object>> grants() {
        Map<String, Map<String, Object>> grants = new LinkedHashMap<>();
        grants.put("everything", Map.of("everything", true));
        grants.put("a type", Map.of("types", List.of("NOUN")));
        grants.put("metadata", Map.of("filter", Map.of("pos", "n")));
        return grants;
    }

    List<Figures> measure(List<String> warmUp, List<String> queries) {
        Session.Scratch own = loaded("own");
        List<Way> ways = new ArrayList<>();
        ways.add(new Way("own", List.of("own")));
        GRANTS.forEach((name, things) -> {
            Session.Scratch owner = loaded("owner" + ways.size());
            share(owner, own, things);
            ways.add(new Way("own and one of " + name, List.of("own", owner.slug())));
        });
        ways.add(new Way("one of everything", List.of(ways.get(1).tenants().getLast())));
        try (ProgressBar bar = BulkLoad.progress("searches", (warmUp.size() + 2L * queries.size()) * ways.size())) {
            List<List<Answer>> unused = ask(own.client(), ways, warmUp, bar);
            List<Figures> figures = new ArrayList<>(figures(ways, "fresh", ask(own.client(), ways, queries, bar)));
            figures.addAll(figures(ways, "repeated", ask(own.client(), ways, queries, bar)));
            return figures;
        }
    }

    private Session.Scratch loaded(String name) {
        Session.Scratch tenant = session.newTenant(name);
        new WordNetImport(new BulkLoad(tenant.client(), session.out())).run(loaded);
        if (loaded.size() >= IndexWait.INDEXED_FROM) {
            JsonNode unused = Blocking.get(IndexWait.indexed(tenant.client(), "something"));
        }
        return tenant;
    }

    private void share(Session.Scratch owner, Session.Scratch guest, Map<String, Object> things) {
        RhizomeClient admin = session.clientOf(owner, Role.ADMIN);
        session.change(owner, Map.of("isolation", "shared"));
        Map<String, Object> grant = new LinkedHashMap<>(things);
        grant.put("tenant", guest.id());
        grant.put("name", "bench");
        byte[] unused = Blocking.get(admin.send(Request.post("/v1/grants", grant)));
    }

    /** Each query in each of the ways, one after the other, the ways in another order each time. */
    private static List<List<Answer>> ask(RhizomeClient client, List<Way> ways, List<String> queries, ProgressBar bar) {
        List<List<Answer>> answers = Stream.generate(() -> (List<Answer>) new ArrayList<Answer>())
                .limit(ways.size())
                .toList();
        for (int i = 0; i < queries.size(); i++) {
            for (int j = 0; j < ways.size(); j++) {
                int way = (i + j) % ways.size();
                answers.get(way).add(ask(client, ways.get(way), queries.get(i)));
                bar.step();
            }
        }
        return answers;
    }

    private static Answer ask(RhizomeClient client, Way way, String query) {
        Request request = Request.post("/v1/search", Map.of("query", query, "limit", 10, "tenants", way.tenants()));
        long began = System.nanoTime();
        byte[] body = Blocking.get(client.send(request));
        long nanos = System.nanoTime() - began;
        JsonNode hits = JsonMapper.shared().readTree(body).path("hits");
        return new Answer(
                nanos, hits.valueStream().filter(hit -> hit.has("tenant")).count());
    }

    private static List<Figures> figures(List<Way> ways, String text, List<List<Answer>> answers) {
        List<Figures> figures = new ArrayList<>();
        double own = 0;
        for (int i = 0; i < ways.size(); i++) {
            long[] nanos = answers.get(i).stream().mapToLong(Answer::nanos).toArray();
            Latencies latencies = Latencies.of(
                    nanos,
                    Stream.of(answers.get(i))
                            .flatMap(List::stream)
                            .mapToLong(Answer::nanos)
                            .sum());
            own = i == 0 ? latencies.p95Ms() : own;
            double shared =
                    answers.get(i).stream().mapToLong(Answer::shared).average().orElse(0);
            figures.add(new Figures(ways.get(i).name(), text, latencies, latencies.p95Ms() / own, shared));
        }
        return figures;
    }

    static void print(Session session, List<Figures> figures) {
        Table table = new Table("whose", "text", "P50 ms", "P95 ms", "P95 / own", "of others");
        for (Figures each : figures) {
            table.row(
                    each.tenants(),
                    each.text(),
                    Table.decimals(2, each.latencies().p50Ms()),
                    Table.decimals(2, each.latencies().p95Ms()),
                    Table.decimals(2, each.ratio()),
                    Table.decimals(1, each.shared()));
        }
        table.print(session.out());
    }
}
