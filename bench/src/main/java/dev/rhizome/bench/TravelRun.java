package dev.rhizome.bench;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.bench.service.Blocking;
import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.bench.wordnet.WordNet;
import dev.rhizome.bench.wordnet.WordNetImport;
import dev.rhizome.client.Request;
import dev.rhizome.client.RhizomeClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A tenant that is exported, deleted, imported, and asked the same again. */
final class TravelRun {

    private final Session session;
    private final WordNet loaded;
    private final int entries;
    private final HttpClient http = HttpClient.newHttpClient();

    TravelRun(Session session, WordNet loaded, int entries) {
        this.session = session;
        this.loaded = loaded;
        this.entries = entries;
    }

    /**
     * What was seen.
     *
     * @param rows of the export
     * @param bytes of it
     * @param same queries whose ten hits are the same, in their order
     * @param valid whether both chains verify afterwards
     */
    record Figures(
            long rows,
            long bytes,
            double exportSeconds,
            double deleteSeconds,
            double importSeconds,
            int queries,
            int same,
            boolean valid) {}

    Figures measure(List<String> queries) {
        Session.Scratch tenant = session.newTenant("travel");
        append(tenant.client()); // first, so that the vectors of entries, which are made a moment later, are there
        new WordNetImport(new BulkLoad(tenant.client(), session.out())).run(loaded);
        List<String> before = hits(tenant.client(), queries);
        try {
            Path file = Files.createTempFile("rhizome-travel", ".ndjson");
            try {
                Figures figures = travel(tenant, file, queries, before);
                print(figures);
                return figures;
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Figures travel(Session.Scratch tenant, Path file, List<String> queries, List<String> before)
            throws IOException {
        double exported = seconds(() -> send(
                request("/v1/tenants/" + tenant.id() + "/export").GET().build(),
                HttpResponse.BodyHandlers.ofFile(file)));
        double deleted = seconds(() ->
                send(request("/v1/tenants/" + tenant.id()).DELETE().build(), HttpResponse.BodyHandlers.discarding()));
        session.forget(tenant);
        long began = System.nanoTime();
        JsonNode made = JsonMapper.shared()
                .readTree(send(
                        request("/v1/tenants/import?slug=" + tenant.slug() + "-again")
                                .header("Content-Type", "application/x-ndjson")
                                .POST(HttpRequest.BodyPublishers.ofFile(file))
                                .build(),
                        HttpResponse.BodyHandlers.ofString()));
        double imported = (System.nanoTime() - began) / 1e9;
        RhizomeClient client = session.adopt(
                        made.path("tenant").path("id").asString(),
                        made.path("tenant").path("slug").asString())
                .client();
        List<String> after = hits(client, queries);
        int same = same(before, after);
        boolean valid = isValid(client, "/v1/provenance/verify") && isValid(client, "/v1/events/verify");
        return new Figures(
                made.path("rows").asLong(), Files.size(file), exported, deleted, imported, queries.size(), same, valid);
    }

    private void append(RhizomeClient client) {
        BulkLoad load = new BulkLoad(client, session.out());
        load.load(
                        "entries",
                        "/v1/provenance",
                        range(i -> Map.of("type", "gate", "id", "gate-" + i, "description", "passed")),
                        entries)
                .complete();
        load.load(
                        "events",
                        "/v1/events",
                        range(i -> Map.of("id", "event-" + i, "type", "task_end", "agentId", "a")),
                        entries)
                .complete();
    }

    private List<Map<String, String>> range(IntFunction<Map<String, String>> make) {
        return IntStream.range(0, entries).mapToObj(make).toList();
    }

    private List<String> hits(RhizomeClient client, List<String> queries) {
        if (hasIndex()) {
            JsonNode unused = Blocking.get(IndexWait.indexed(client, "something"));
        }
        List<String> hits = new ArrayList<>();
        try (ProgressBar bar = BulkLoad.progress("searches", queries.size())) {
            for (String query : queries) {
                JsonNode answer = JsonMapper.shared()
                        .readTree(Blocking.get(
                                client.send(Request.post("/v1/search", Map.of("query", query, "limit", 10)))));
                hits.add(String.join(
                        " ",
                        answer.path("hits")
                                .valueStream()
                                .map(hit -> hit.path("id").asString())
                                .toList()));
                bar.step();
            }
        }
        return hits;
    }

    /** Whether the service makes an index of so many vectors, which finds nearly the same. */
    boolean hasIndex() {
        return loaded.size() + entries >= IndexWait.INDEXED_FROM;
    }

    private static int same(List<String> some, List<String> others) {
        return (int) IntStream.range(0, some.size())
                .filter(i -> some.get(i).equals(others.get(i)))
                .count();
    }

    private static boolean isValid(RhizomeClient client, String path) {
        return Blocking.get(client.get(path)).path("valid").asBoolean();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(session.url() + path))
                .header("Authorization", "Bearer " + session.operatorKey());
    }

    @CanIgnoreReturnValue
    private <T> T send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            HttpResponse<T> answer = http.send(request, handler);
            if (answer.statusCode() / 100 != 2) {
                throw new IllegalStateException(request.uri() + ": " + answer.statusCode() + " " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static double seconds(Runnable work) {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e9;
    }

    private void print(Figures figures) {
        session.say("rows %,d, %.1f MB; exported in %.1f s, deleted in %.1f s, imported in %.1f s (%,.0f rows/s)"
                .formatted(
                        figures.rows(),
                        figures.bytes() / 1e6,
                        figures.exportSeconds(),
                        figures.deleteSeconds(),
                        figures.importSeconds(),
                        figures.rows() / figures.importSeconds()));
        session.say("%d of %d searches have the same ten hits; chains are %s"
                .formatted(figures.same(), figures.queries(), figures.valid() ? "valid" : "NOT valid"));
    }
}
